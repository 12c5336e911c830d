-- Summed from the transfers due by the date, so that any past date can be read as well as today.
SELECT a.right_id, a.account_id, a.organisation_id, coalesce(o.name, ''), t.balance, t.protected, a.held
FROM ledger.account AS a
JOIN (
    SELECT account_id,
        sum(CASE account_id WHEN credit_account_id THEN amount ELSE -amount END)::bigint AS balance,
        sum(CASE account_id WHEN credit_account_id THEN protected ELSE -protected END)::bigint AS protected
    FROM ledger.transfer WHERE person_id = %(person)s AND due_on <= %(on)s GROUP BY account_id
) AS t USING (account_id)
LEFT JOIN people.organisation AS o ON o.organisation_id = a.organisation_id
WHERE a.person_id = %(person)s
ORDER BY a.right_id, coalesce(o.name, '')
