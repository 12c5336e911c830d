-- Every question put to her, and her answer.
SELECT r.request_id AS question_id, r.organisation_id, o.name AS organisation, a.name AS asked_by, r.purpose, r.scopes, r.days,
    r.message, r.asked_at, r.answered_at, coalesce(r.answer, '') AS answer
FROM trust.request AS r
JOIN people.organisation AS o ON o.organisation_id = r.organisation_id
JOIN trust.agent AS a ON a.agent_id = r.agent_id
WHERE r.person_id = %(person)s
ORDER BY r.asked_at, r.request_id
