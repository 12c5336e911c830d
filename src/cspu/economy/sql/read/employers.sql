SELECT DISTINCT s.organisation_id, coalesce(o.name, '')
FROM lifecourse.spells_in_sight(%(person)s) AS s JOIN economy.employed_as AS e ON e.status = s.status
LEFT JOIN people.organisation AS o ON o.organisation_id = s.organisation_id
WHERE e.shares_days AND s.valid @> %(on)s::date AND %(on)s BETWEEN e.in_force AND e.until
ORDER BY 2, 1
