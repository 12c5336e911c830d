SELECT DISTINCT s.organisation_id, coalesce(o.name, '')
FROM lifecourse.spell AS s LEFT JOIN people.organisation AS o ON o.organisation_id = s.organisation_id
WHERE s.person_id = %s AND s.recorded_to = 'infinity' AND s.status IN ('employment', 'apprenticeship') AND s.valid @> %s::date
ORDER BY 2, 1
