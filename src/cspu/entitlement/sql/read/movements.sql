-- New: due in the last month; or recorded in it otherwise than because it was due: a correction, an act.
-- What is posted the first time an account is looked at was due long ago, and is no news.
SELECT t.right_id, t.account_id, t.rank, coalesce(o.name, ''), t.period_start, t.period_end, t.due_on, t.recorded_at,
    t.signed, t.balance_after::bigint, t.kind, t.reason, t.counterparty, t.version, t.is_new
FROM (
    SELECT *, sum(signed) OVER (PARTITION BY right_id ORDER BY recorded_at, due_on, account_id, rank) AS balance_after
    FROM (
        SELECT *, CASE account_id WHEN credit_account_id THEN amount ELSE -amount END AS signed,
            greatest(due_on, CASE WHEN reason <> 'due' THEN kernel.day_of(recorded_at) END)
                >= %(new_since)s AS is_new
        FROM ledger.transfer
        WHERE person_id = %(person)s AND due_on <= %(on)s AND (%(right)s::text IS NULL OR right_id = %(right)s)
    ) AS known
) AS t
JOIN ledger.account AS a ON a.person_id = t.person_id AND a.account_id = t.account_id
LEFT JOIN people.organisation AS o ON o.organisation_id = coalesce(ledger.organisation_of(t.counterparty), a.organisation_id)
WHERE t.is_new OR NOT %(only_new)s
ORDER BY t.recorded_at DESC, t.due_on DESC, t.account_id DESC, t.rank DESC
LIMIT %(most)s
