-- Every recording of every spell of a life, withdrawn and closed ones too.
SELECT status, spell_id, origin_id, organisation_id, '', lower(valid), upper(valid) - 1, asserted_for, details::text,
    source_id, recorded_from, nullif(recorded_to, 'infinity')
FROM lifecourse.spell
WHERE person_id = %(person)s
ORDER BY lower(valid), spell_id, origin_id, recorded_from
