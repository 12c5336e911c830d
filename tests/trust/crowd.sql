-- Somebody of whom one row of each kind is known: what a sight can show.
INSERT INTO lifecourse.course VALUES (%(person)s, '1985-05-04', 1);
INSERT INTO lifecourse.spell (person_id, spell_id, origin_id, status, organisation_id, valid, asserted_for, source_id, recorded_from)
SELECT %(person)s, kernel.computed_id(status, org::text), kernel.computed_id('o'), status, org, '[2025-01-01,2026-01-01)', '2025-12-01',
    kernel.computed_id('s'), now()
FROM unnest(%(statuses)s::text[]) AS status, unnest(%(organisations)s::uuid[]) AS org;
INSERT INTO lifecourse.measure (person_id, measure, month, spell_id, origin_id, organisation_id, value, source_id, recorded_from)
SELECT %(person)s, measure, '2025-03-01', kernel.computed_id(measure, org::text), kernel.computed_id('o'), org, 7, kernel.computed_id('s'), now()
FROM unnest(%(measures)s::text[]) AS measure, unnest(%(organisations)s::uuid[]) AS org;
INSERT INTO lifecourse.attribute (person_id, attribute, valid, origin_id, value, asserted_for, source_id, recorded_from)
SELECT %(person)s, attribute, '[2025-01-01,2026-01-01)', kernel.computed_id('o'), CASE attribute WHEN 'birth_date' THEN '1985-05-04' ELSE 'true' END, '2025-12-01', kernel.computed_id('s'), now()
FROM unnest(%(attributes)s::text[]) AS attribute;
INSERT INTO lifecourse.event (person_id, event_id, origin_id, kind, happened_on, source_id, recorded_from)
SELECT %(person)s, kernel.computed_id(kind, 'e'), kernel.computed_id('o'), kind, '2025-06-01', kernel.computed_id('s'), now()
FROM unnest(%(events)s::text[]) AS kind;
INSERT INTO ledger.account
SELECT %(person)s, ledger.account_of(%(person)s, right_id, %(nobody)s), right_id, %(nobody)s, 'EUR', 500, 0, 0, 1
FROM unnest(%(rights)s::text[]) AS right_id
