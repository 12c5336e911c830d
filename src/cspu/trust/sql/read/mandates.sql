-- Mandates of the person in sight. Who recorded it: an agent where it was given off line, else nobody.
SELECT m.mandate_id, m.holder_name, m.holder_kind, m.themes, m.given_at, m.valid_until, m.channel, m.proof_id,
    coalesce((SELECT a.name FROM trust.agent AS a WHERE 'agent:' || a.agent_id = m.given_by), ''),
    m.ended_at, m.ended_at IS NULL AND m.valid_until > now()
FROM trust.mandate AS m
WHERE m.person_id = kernel.in_sight()
ORDER BY m.given_at DESC
