-- Every mandate she gave. recorded_by: who took it off line; empty when given on line.
SELECT m.mandate_id, m.holder_kind, m.holder_name AS holder, m.themes, m.given_at, m.valid_until, m.channel, m.proof_id AS paper_id,
    coalesce((SELECT a.name FROM trust.agent AS a WHERE 'agent:' || a.agent_id = m.given_by), '') AS recorded_by, m.ended_at
FROM trust.mandate AS m
WHERE m.person_id = %(person)s
ORDER BY m.given_at, m.mandate_id
