-- Every recording of every monthly quantity, closed ones too, a page at a time.
SELECT measure, spell_id, origin_id, organisation_id, value::text, month, (month + interval '1 month')::date - 1, month, '{}',
    source_id, recorded_from, nullif(recorded_to, 'infinity')
FROM lifecourse.measure
WHERE person_id = %(person)s AND (
    %(after_month)s::date IS NULL
    OR (month, measure, spell_id, origin_id, recorded_from)
        > (%(after_month)s::date, %(after_name)s::text, %(after_spell)s::uuid, %(after_origin)s::uuid,
            %(after_recorded)s::timestamptz)
)
ORDER BY month, measure, spell_id, origin_id, recorded_from
LIMIT %(most)s
