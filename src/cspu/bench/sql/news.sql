UPDATE lifecourse.measure SET recorded_to = clock_timestamp()
WHERE person_id = ANY (%(chosen)s) AND month = '2025-12-01' AND recorded_to = 'infinity';
INSERT INTO lifecourse.measure (person_id, measure, month, spell_id, origin_id, organisation_id, value, source_id, recorded_from)
SELECT person_id, measure, month, spell_id, origin_id, organisation_id, 7, source_id, clock_timestamp()
FROM lifecourse.measure WHERE person_id = ANY (%(chosen)s) AND month = '2025-12-01';
UPDATE lifecourse.course SET facts_version = facts_version + 1 WHERE person_id = ANY (%(chosen)s);
