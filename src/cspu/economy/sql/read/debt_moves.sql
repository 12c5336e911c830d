SELECT kind, words, amount, made_at, made_on
FROM (
    SELECT m.kind, m.words, 0::bigint AS amount, NULL::date AS made_on, m.made_at FROM entitlement.debt_move AS m
    WHERE m.person_id = %(person)s AND m.debt_id = %(debt)s
    UNION ALL
    SELECT t.kind, '', t.amount, t.period_start, t.recorded_at
    FROM ledger.transfer AS t
    WHERE t.person_id = %(person)s AND t.reason = 'debt ' || %(debt)s::text AND t.kind IN ('recovery', 'waiver')
) AS said
ORDER BY made_at, kind
