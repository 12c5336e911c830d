-- The rest days a person holds with each employer, whether it agrees to their being given, and whether she works there; those first.
SELECT a.organisation_id, coalesce(o.name, ''), (a.credits - a.debits - a.held)::bigint, ledger.free(a),
    ledger.shielded(a), coalesce(g.agreed, FALSE), coalesce(g.outside, FALSE),
    EXISTS (
        SELECT FROM lifecourse.spells_in_sight(%(person)s) AS s JOIN economy.employed_as AS e ON e.status = s.status
        WHERE s.organisation_id = a.organisation_id AND e.shares_days
            AND s.valid @> %(on)s::date AND %(on)s BETWEEN e.in_force AND e.until
    )
FROM ledger.account AS a
JOIN people.organisation AS o ON o.organisation_id = a.organisation_id
LEFT JOIN LATERAL (
    SELECT k.agreed, k.outside FROM economy.gift_agreement AS k
    WHERE k.organisation_id = a.organisation_id AND k.agreed_from <= %(on)s
    ORDER BY k.agreed_from DESC, k.recorded_at DESC LIMIT 1
) AS g ON TRUE
WHERE a.person_id = %(person)s AND a.right_id = 'paid_leave' AND a.credits > a.debits
ORDER BY 8 DESC, 2, 1
