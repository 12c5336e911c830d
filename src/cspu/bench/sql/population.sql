-- One employer, so many monthly declarations of hours: the plainest year of work there is.
CREATE TEMPORARY TABLE drawn ON COMMIT DROP AS
SELECT gen_random_uuid() AS person_id, number,
    kernel.computed_id('organisation', (number %% 1000)::text) AS organisation_id
FROM generate_series(1, %(persons)s) AS number;
INSERT INTO lifecourse.course
SELECT person_id, DATE '1960-01-01' + number %% 16000, 1 FROM drawn ORDER BY person_id;
INSERT INTO lifecourse.spell (person_id, spell_id, origin_id, status, organisation_id, valid, asserted_for, source_id, recorded_from)
SELECT person_id, kernel.computed_id('spell', person_id::text), kernel.computed_id('origin', '1'), 'employment', organisation_id,
    daterange('2025-01-01', '2026-01-01'), '2025-12-01', kernel.computed_id('source', '1'), now()
FROM drawn ORDER BY person_id;
INSERT INTO lifecourse.measure (person_id, measure, month, spell_id, origin_id, organisation_id, value, source_id, recorded_from)
SELECT person_id, 'hours_worked', month::date, kernel.computed_id('spell', person_id::text), kernel.computed_id('origin', '1'),
    organisation_id, (600 + number %% 1100) / %(months)s, kernel.computed_id('source', '1'), now()
FROM drawn, generate_series('2025-12-01'::timestamp - (%(months)s - 1) * interval '1 month', '2025-12-01', '1 month') AS month
ORDER BY person_id, month;
