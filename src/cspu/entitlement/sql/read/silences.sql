SELECT DISTINCT s.organisation_id, coalesce(o.name, ''), lived::date
FROM lifecourse.spells_in_sight(%(person)s) AS s
CROSS JOIN LATERAL generate_series(
    date_trunc('month', greatest(lower(s.valid), %(since)s::date)::timestamp),
    least(upper(s.valid) - 1, date_trunc('month', %(on)s::date::timestamp)::date - 1)::timestamp, interval '1 month'
) AS lived
LEFT JOIN people.organisation AS o ON o.organisation_id = s.organisation_id
WHERE s.status = ANY (%(statuses)s) AND NOT EXISTS (
    SELECT FROM lifecourse.measure AS m
    WHERE m.person_id = %(person)s AND m.spell_id = s.spell_id AND m.month = lived::date AND m.recorded_to = 'infinity'
)
ORDER BY 3, 2
