-- An act's own transfers, and those of the debt it pays.
SELECT t.right_id, t.unit, CASE t.account_id WHEN t.credit_account_id THEN t.amount ELSE -t.amount END, t.rank, t.account_id
FROM ledger.transfer AS t
WHERE t.person_id = %(person)s AND (
    t.reason = (SELECT a.kind FROM economy.act AS a WHERE a.person_id = %(person)s AND a.act_id = %(act)s) || ' ' || %(act)s::text
    OR t.batch_id = md5('act ' || %(person)s::text || ' ' || %(act)s::text)::uuid
)
ORDER BY t.account_id, t.rank
