-- Consents of the person in sight. Who gave it: an agent, a relative she mandated, or (empty) herself.
SELECT c.consent_id, o.name, c.purpose, c.scopes, c.given_at, c.valid_until,
    CASE split_part(c.given_by, ':', 1)
        WHEN 'agent' THEN (SELECT a.name FROM trust.agent AS a WHERE a.agent_id = split_part(c.given_by, ':', 2)::uuid)
        ELSE coalesce((
            SELECT h.holder_name FROM trust.mandate AS h
            WHERE h.person_id = c.person_id AND h.holder_id::text = split_part(c.given_by, ':', 2) ORDER BY h.given_at DESC LIMIT 1
        ), '')
    END,
    c.ended_at, c.ended_at IS NULL AND c.valid_until > now()
FROM trust.consent AS c JOIN people.organisation AS o USING (organisation_id)
WHERE c.person_id = kernel.in_sight()
ORDER BY c.given_at DESC
