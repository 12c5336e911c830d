SELECT DISTINCT s.organisation_id, coalesce(o.name, '')
FROM lifecourse.spells_in_sight(%s) AS s LEFT JOIN people.organisation AS o ON o.organisation_id = s.organisation_id
WHERE s.status IN ('employment', 'apprenticeship') AND s.valid @> %s::date
ORDER BY 2, 1
