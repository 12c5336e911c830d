-- Every recording of every dated property, closed ones too. An attribute has no id but its name and dates.
SELECT attribute, '00000000-0000-0000-0000-000000000000'::uuid, origin_id, '00000000-0000-0000-0000-000000000000'::uuid,
    value, lower(valid), upper(valid) - 1, asserted_for, '{}', source_id, recorded_from, nullif(recorded_to, 'infinity')
FROM lifecourse.attribute
WHERE person_id = %(person)s
ORDER BY attribute, valid, origin_id, recorded_from
