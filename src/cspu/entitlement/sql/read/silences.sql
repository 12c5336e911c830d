WITH spell AS (
    SELECT DISTINCT ON (spell_id) person_id, spell_id, status, organisation_id, valid
    FROM lifecourse.spell
    WHERE person_id = %(person)s AND recorded_to = 'infinity'
    ORDER BY spell_id, asserted_for DESC, (status = 'cancelled') DESC, valid DESC, status, organisation_id
)
SELECT DISTINCT s.organisation_id, coalesce(o.name, ''), lived::date
FROM spell AS s
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
