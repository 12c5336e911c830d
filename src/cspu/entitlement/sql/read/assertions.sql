WITH fact AS (
    SELECT 'measure' AS kind, measure AS name, organisation_id, value::text AS value, month AS from_day, month AS to_day,
        source_id, recorded_from
    FROM lifecourse.measure
    WHERE person_id = %(person)s AND recorded_to = 'infinity' AND month BETWEEN %(since)s AND %(on)s
    UNION ALL
    SELECT 'spell', status, organisation_id, '', lower(valid), upper(valid) - 1, source_id, recorded_from
    FROM lifecourse.spells_in_sight(%(person)s) WHERE valid && daterange(%(since)s, %(on)s, '[]')
    UNION ALL
    SELECT 'attribute', attribute, '00000000-0000-0000-0000-000000000000', value, lower(valid), upper(valid) - 1,
        source_id, recorded_from
    FROM (
        SELECT DISTINCT ON (attribute, lower(valid)) * FROM lifecourse.attribute
        WHERE person_id = %(person)s AND recorded_to = 'infinity' AND valid && daterange(%(since)s, %(on)s, '[]')
        ORDER BY attribute, lower(valid), asserted_for DESC, value DESC
    ) AS latest
    UNION ALL
    SELECT DISTINCT ON (event_id) 'event', kind, '00000000-0000-0000-0000-000000000000', '', happened_on, happened_on, source_id,
        recorded_from
    FROM lifecourse.event
    WHERE person_id = %(person)s AND recorded_to = 'infinity' AND happened_on BETWEEN %(since)s AND %(on)s
)
SELECT f.kind, f.name, f.organisation_id, coalesce(o.name, ''), f.value, f.from_day, f.to_day,
    coalesce(s.label, ''), coalesce(s.reference, ''), f.recorded_from
FROM fact AS f
LEFT JOIN lifecourse.source AS s ON s.source_id = f.source_id
LEFT JOIN people.organisation AS o ON o.organisation_id = f.organisation_id
ORDER BY f.kind, f.name, f.from_day
