SELECT t.right_id, t.account_id, t.rank, coalesce(b.name, o.name, ''), t.period_start, t.period_end, t.due_on, t.recorded_at,
    t.signed, (sum(t.signed) OVER (PARTITION BY t.right_id ORDER BY t.recorded_at, t.due_on, t.account_id, t.rank))::bigint,
    t.kind, t.reason, t.counterparty, t.version
FROM (
    SELECT *, CASE account_id WHEN credit_account_id THEN amount ELSE -amount END AS signed
    FROM ledger.transfer
    WHERE person_id = %(person)s AND due_on <= %(on)s AND (%(right)s::text IS NULL OR right_id = %(right)s)
) AS t
JOIN ledger.account AS a ON a.person_id = t.person_id AND a.account_id = t.account_id
LEFT JOIN people.organisation AS o ON o.organisation_id = a.organisation_id
LEFT JOIN people.organisation AS b ON t.counterparty IN ('payee:' || b.organisation_id, 'employer:' || b.organisation_id)
ORDER BY t.recorded_at DESC, t.due_on DESC, t.account_id DESC, t.rank DESC
LIMIT %(most)s
