-- Employers with which she may take given days, whether each agrees to new gifts, and whether its pool holds some.
SELECT s.organisation_id, coalesce(o.name, ''), coalesce((
        SELECT k.agreed FROM economy.gift_agreement AS k
        WHERE k.organisation_id = s.organisation_id AND k.agreed_from <= %(on)s
        ORDER BY k.agreed_from DESC, k.recorded_at DESC LIMIT 1
    ), FALSE), s.organisation_id IN (SELECT economy.pools_waiting(%(on)s))
FROM (
    SELECT DISTINCT t.organisation_id
    FROM lifecourse.spells_in_sight(%(person)s) AS t JOIN economy.employed_as AS e ON e.status = t.status
    WHERE e.shares_days AND t.valid @> %(on)s::date AND %(on)s BETWEEN e.in_force AND e.until
) AS s
LEFT JOIN people.organisation AS o ON o.organisation_id = s.organisation_id
ORDER BY 2, 1
