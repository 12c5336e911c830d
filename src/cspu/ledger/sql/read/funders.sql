-- What each funder was charged, by the year in which it fell due and by right: every transfer has both its sides in
-- one row, so what a person received is what her funder paid. Employers are taken together.
SELECT CASE WHEN starts_with(t.counterparty, 'employer:') THEN 'employer' ELSE split_part(t.counterparty, ':', 2) END AS funder,
    extract(year FROM t.due_on)::integer AS year, t.right_id, t.unit, u.scale,
    sum(CASE t.account_id WHEN t.credit_account_id THEN t.amount ELSE -t.amount END)::bigint AS charged,
    count(*) AS transfers
FROM ledger.transfer AS t
JOIN ledger.unit AS u ON u.unit = t.unit
WHERE starts_with(t.counterparty, 'funder:') OR starts_with(t.counterparty, 'employer:')
GROUP BY 1, 2, 3, 4, 5
ORDER BY 1, 2, 3, 4
