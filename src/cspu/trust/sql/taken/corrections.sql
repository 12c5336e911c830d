-- Each step of each correction she asked for.
SELECT c.correction_id, c.organisation_id, o.name AS organisation, c.scope, c.fact, m.rank, m.moved_at, m.mover_name AS signed,
    m.outcome, m.words
FROM trust.correction AS c
JOIN trust.correction_move AS m USING (person_id, correction_id)
JOIN people.organisation AS o USING (organisation_id)
WHERE c.person_id = %(person)s
ORDER BY c.asked_at, c.correction_id, m.rank
