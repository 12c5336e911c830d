-- A person's accounts: what was due by a day, as known at a moment (null: now).
SELECT a.account_id, a.right_id, a.organisation_id, a.unit,
    sum(CASE t.account_id WHEN t.credit_account_id THEN t.amount ELSE -t.amount END)::bigint,
    sum(CASE t.account_id WHEN t.credit_account_id THEN t.protected ELSE -t.protected END)::bigint
FROM ledger.account AS a
JOIN ledger.transfer AS t ON t.person_id = a.person_id AND t.account_id = a.account_id
WHERE a.person_id = %(person)s AND t.person_id = %(person)s
    AND t.account_id = coalesce(%(account)s::uuid, t.account_id)
    AND t.due_on <= %(on)s AND t.recorded_at <= coalesce(%(known_at)s::timestamptz, 'infinity')
GROUP BY a.account_id, a.right_id, a.organisation_id, a.unit
ORDER BY a.right_id, a.organisation_id
