-- Every consent she gave. given_by: herself, or who signed for her.
SELECT c.consent_id, c.organisation_id, o.name AS organisation, c.purpose, c.scopes, c.given_at, c.valid_until,
    split_part(c.given_by, ':', 1) AS given_by_kind,
    CASE
        WHEN c.given_by = 'agent:' || split_part(c.given_by, ':', 2) THEN coalesce((
            SELECT a.name FROM trust.agent AS a WHERE a.agent_id = split_part(c.given_by, ':', 2)::uuid), '')
        ELSE coalesce((
            SELECT h.holder_name FROM trust.mandate AS h
            WHERE h.person_id = c.person_id AND h.holder_id::text = split_part(c.given_by, ':', 2)
            ORDER BY h.given_at DESC LIMIT 1), '')
    END AS given_by, c.ended_at
FROM trust.consent AS c JOIN people.organisation AS o USING (organisation_id)
WHERE c.person_id = %(person)s
ORDER BY c.given_at, c.consent_id
