SELECT s.status, coalesce(o.name, ''), lower(s.valid), upper(s.valid) - 1, coalesce(source.label, ''), s.recorded_from,
    s.spell_id, s.organisation_id
FROM (
    SELECT DISTINCT ON (spell_id) * FROM lifecourse.spell
    WHERE person_id = %(person)s AND recorded_to = 'infinity'
    ORDER BY spell_id, asserted_for DESC, (status = 'cancelled') DESC, valid DESC, status, organisation_id
) AS s
LEFT JOIN people.organisation AS o ON o.organisation_id = s.organisation_id
LEFT JOIN lifecourse.source AS source ON source.source_id = s.source_id
WHERE lower(s.valid) <= %(on)s AND s.status <> 'cancelled'  -- withdrawn by its declarant
ORDER BY lower(s.valid), upper(s.valid)
