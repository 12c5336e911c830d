-- Transfers of a person in the order of her statements, a page at a time; amounts signed from her side.
SELECT right_id, due_on, recorded_at, account_id, rank, organisation_id, unit, signed, signed_protected, kind, reason,
    version, counterparty, period_start, period_end, debit_account_id, credit_account_id, batch_id, hash
FROM (
    SELECT t.*,
        CASE t.account_id WHEN t.credit_account_id THEN t.amount ELSE -t.amount END AS signed,
        CASE t.account_id WHEN t.credit_account_id THEN t.protected ELSE -t.protected END AS signed_protected
    FROM ledger.transfer AS t
    WHERE t.person_id = %(person)s
        AND t.right_id = coalesce(%(right)s::text, t.right_id)
        AND t.due_on BETWEEN coalesce(%(since)s::date, '-infinity') AND coalesce(%(until)s::date, 'infinity')
) AS moved
WHERE %(after_right)s::text IS NULL
    OR (right_id, due_on, recorded_at, account_id, rank)
        > (%(after_right)s::text, %(after_due)s::date, %(after_recorded)s::timestamptz, %(after_account)s::uuid,
            %(after_rank)s::integer)
ORDER BY right_id, due_on, recorded_at, account_id, rank
LIMIT %(most)s
