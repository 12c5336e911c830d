-- What bodies ask of the person in sight, not answered yet.
SELECT r.request_id, o.name, a.name, a.role, r.purpose, r.scopes, r.days, r.message, r.asked_at
FROM trust.request AS r
JOIN people.organisation AS o ON o.organisation_id = r.organisation_id
JOIN trust.agent AS a ON a.agent_id = r.agent_id
WHERE r.person_id = kernel.in_sight() AND r.answer IS NULL
ORDER BY r.asked_at
