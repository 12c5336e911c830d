-- Transfers that do not bear out their own hash, rank or account, in one range of persons.
WITH linked AS (
    SELECT person_id, account_id, rank, hash, unit, right_id,
        row_number() OVER account AS expected_rank,
        coalesce(lag(hash) OVER account, uuid_send(person_id) || uuid_send(account_id)) AS previous,
        ledger.content(account_id, debit_account_id, credit_account_id, unit, amount, protected, kind, reason,
            right_id, version, counterparty, period_start, period_end, due_on, recorded_at, batch_id) AS content
    FROM ledger.transfer
    WHERE person_id >= %(first)s AND person_id <= %(last)s
    WINDOW account AS (PARTITION BY person_id, account_id ORDER BY rank)
)
SELECT CASE WHEN rank <> expected_rank THEN 'transfer_missing_before' ELSE 'transfer_altered' END,
    person_id, account_id, rank
FROM linked
WHERE rank <> expected_rank OR hash IS DISTINCT FROM sha256(previous || content)
ORDER BY person_id, account_id, rank
