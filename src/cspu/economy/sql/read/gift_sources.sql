-- The rest days a person holds with each employer, and whether it agrees to their being given.
SELECT a.organisation_id, coalesce(o.name, ''), (a.credits - a.debits - a.held)::bigint, ledger.free(a),
    ledger.shielded(a), coalesce(g.agreed, FALSE), coalesce(g.outside, FALSE)
FROM ledger.account AS a
JOIN people.organisation AS o ON o.organisation_id = a.organisation_id
LEFT JOIN LATERAL (
    SELECT k.agreed, k.outside FROM economy.gift_agreement AS k
    WHERE k.organisation_id = a.organisation_id AND k.agreed_from <= %s
    ORDER BY k.agreed_from DESC, k.recorded_at DESC LIMIT 1
) AS g ON TRUE
WHERE a.person_id = %s AND a.right_id = 'paid_leave' AND a.credits > a.debits
ORDER BY 2, 1
