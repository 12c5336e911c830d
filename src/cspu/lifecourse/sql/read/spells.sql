SELECT s.status, coalesce(o.name, ''), lower(s.valid), upper(s.valid) - 1, coalesce(source.label, ''), s.recorded_from,
    s.spell_id, s.organisation_id
FROM lifecourse.spells_in_sight(%(person)s) AS s
LEFT JOIN people.organisation AS o ON o.organisation_id = s.organisation_id
LEFT JOIN lifecourse.source AS source ON source.source_id = s.source_id
WHERE lower(s.valid) <= %(on)s AND s.status <> 'cancelled'  -- withdrawn by its declarant
ORDER BY lower(s.valid), upper(s.valid)
