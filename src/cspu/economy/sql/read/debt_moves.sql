SELECT kind, words, amount, made_at, made_on
FROM (
    SELECT m.kind, m.words, 0::bigint AS amount, NULL::date AS made_on, m.made_at FROM entitlement.debt_move AS m
    WHERE m.person_id = %(person)s AND m.debt_id = %(debt)s
    UNION ALL
    -- What a forgiveness paid is the funder's gift, not hers.
    SELECT CASE t.batch_id WHEN md5('forgiven ' || %(debt)s::text || ' ' || t.amount)::uuid THEN 'waived' ELSE t.kind END,
        '', t.amount, t.period_start, t.recorded_at
    FROM ledger.transfer AS t
    WHERE t.person_id = %(person)s AND t.reason = 'debt ' || %(debt)s::text AND t.kind = 'recovery'
) AS said
ORDER BY made_at, kind
