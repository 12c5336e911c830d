-- Her open calls; for rest days, since when their employer agrees to no new gift (null: it does), and whether its pool holds some.
SELECT c.call_id, c.right_id, c.opened_at, c.valid_until, coalesce(o.name, ''),
    CASE WHEN c.need_id IS NOT NULL AND NOT g.agreed THEN g.agreed_from END,
    c.need_id IS NOT NULL AND c.organisation_id IN (SELECT economy.pools_waiting(%(on)s))
FROM economy.call AS c
LEFT JOIN people.organisation AS o ON o.organisation_id = c.organisation_id
LEFT JOIN LATERAL (
    SELECT k.agreed, k.agreed_from FROM economy.gift_agreement AS k
    WHERE k.organisation_id = c.organisation_id AND k.agreed_from <= %(on)s
    ORDER BY k.agreed_from DESC, k.recorded_at DESC LIMIT 1
) AS g ON TRUE
WHERE c.person_id = %(person)s AND c.valid_until >= %(on)s
    AND NOT EXISTS (SELECT FROM economy.call_end AS e WHERE e.person_id = c.person_id AND e.call_id = c.call_id)
ORDER BY c.opened_at DESC, c.call_id
