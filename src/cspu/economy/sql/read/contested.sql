-- contested
-- Debts that wait for their funder's answer, longest first: how many they are is bounded by what people say.
SELECT d.debt_id, d.right_id, d.unit, d.counterparty, coalesce(o.name, ''), d.period_start, d.period_end,
    entitlement.still_owed(d), m.made_at, m.words
FROM entitlement.debt AS d
JOIN LATERAL (
    SELECT k.kind, k.words, k.made_at FROM entitlement.debt_move AS k
    WHERE k.person_id = d.person_id AND k.debt_id = d.debt_id ORDER BY k.rank DESC LIMIT 1
) AS m ON m.kind = 'contested'
JOIN ledger.account AS a ON a.person_id = d.person_id AND a.account_id = d.account_id
LEFT JOIN people.organisation AS o ON o.organisation_id = a.organisation_id
WHERE entitlement.still_owed(d) > 0
ORDER BY m.made_at, d.debt_id
