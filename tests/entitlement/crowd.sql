-- %(persons)s employees, each with two years of hours of her own, some exposed to hardship.
CREATE TEMPORARY TABLE crowd AS
SELECT md5('crowd ' || n)::uuid AS person_id, n, md5('job ' || n)::uuid AS spell_id,
    md5('organisation ' || n %% 50)::uuid AS organisation_id
FROM generate_series(1, %(persons)s) AS n;
INSERT INTO lifecourse.course SELECT person_id, DATE '1960-01-01' + n %% 15000, 1 FROM crowd;
INSERT INTO lifecourse.spell (person_id, spell_id, origin_id, status, organisation_id, valid, asserted_for,
    source_id, recorded_from)
SELECT person_id, spell_id, spell_id, 'employment', organisation_id,
    daterange(DATE '2024-01-15' + n %% 90, DATE '2025-09-01' + n %% 200), '2025-12-01', spell_id, '2026-01-02'
FROM crowd;
INSERT INTO lifecourse.measure (person_id, measure, month, spell_id, origin_id, organisation_id, value, source_id, recorded_from)
SELECT person_id, name, month::date, spell_id, spell_id, organisation_id,
    CASE name WHEN 'hours_worked' THEN 10 + n %% 140 ELSE 1 END, spell_id, '2026-01-02'
FROM crowd, generate_series(TIMESTAMP '2024-01-01', '2025-12-01', interval '1 month') AS month,
    unnest(ARRAY['hours_worked', 'exposure_night_work']) AS name
WHERE name = 'hours_worked' OR n %% 4 = 0;
DROP TABLE crowd;
