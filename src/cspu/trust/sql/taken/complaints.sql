-- Each step of each complaint she made of a line of her journal: what she said first, then the answers.
SELECT g.grievance_id AS complaint_id, g.about_line, said.rank, said.moved_at, said.signed, said.outcome, said.words
FROM trust.grievance AS g
CROSS JOIN LATERAL (
    SELECT 0 AS rank, g.opened_at AS moved_at, '' AS signed, 'said' AS outcome, g.words
    UNION ALL
    SELECT m.rank, m.moved_at, m.mover_name, m.outcome, m.words
    FROM trust.grievance_move AS m WHERE m.person_id = g.person_id AND m.grievance_id = g.grievance_id
) AS said
WHERE g.person_id = %(person)s
ORDER BY g.opened_at, g.grievance_id, said.rank
