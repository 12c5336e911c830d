-- The facts of one slice, each recorded once. One origin per person: nobody's declaration.
INSERT INTO lifecourse.course (person_id, birth_date, facts_version)
SELECT person_id, birth_date, 1 FROM profile JOIN arrived USING (person_id);

INSERT INTO lifecourse.spell
    (person_id, spell_id, origin_id, status, organisation_id, valid, asserted_for, source_id, recorded_from)
SELECT person_id, spell_id, origin_id, status, organisation_id, valid, last_month, %(source)s::uuid,
    %(recorded_at)s::timestamptz
FROM life;

INSERT INTO lifecourse.attribute
    (person_id, attribute, valid, origin_id, value, asserted_for, source_id, recorded_from)
SELECT person_id, attribute, '(,)', kernel.computed_id('generated', person_id::text), value, last_month,
    %(source)s::uuid, %(recorded_at)s::timestamptz
FROM profile JOIN arrived USING (person_id), LATERAL (VALUES
    ('birth_date', birth_date::text),
    ('education_level', level),
    ('low_skilled_declared', CASE WHEN level = 'none' AND u_before < 0.5 THEN 'true' END)
) AS said (attribute, value)
WHERE value IS NOT NULL;

-- In the order of the key: the index is filled from left to right, slice by slice.
INSERT INTO lifecourse.measure
    (person_id, measure, month, spell_id, origin_id, organisation_id, value, source_id, recorded_from)
SELECT person_id, measure, month::date, spell_id, origin_id, organisation_id, value, %(source)s::uuid,
    %(recorded_at)s::timestamptz
FROM life,
    generate_series(lower(valid)::timestamp, least(upper(valid) - 1, last_month), interval '1 month') AS month,
    LATERAL (VALUES
        ('hours_worked', hours),
        ('gross_pay', round(hours * hourly, 2)),
        (exposure, CASE WHEN exposure IS NOT NULL THEN 1 END),
        ('volunteer_hours', volunteer_hours)
    ) AS said (measure, value)
WHERE (hours IS NOT NULL OR volunteer_hours IS NOT NULL) AND value IS NOT NULL
ORDER BY person_id, measure, month;
