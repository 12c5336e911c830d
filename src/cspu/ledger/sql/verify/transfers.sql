-- Transfers that do not bear out their own hash or rank, in one range of persons.
WITH numbered AS (
    SELECT person_id, account_id, rank, hash,
        row_number() OVER (PARTITION BY person_id, account_id ORDER BY rank) AS expected_rank,
        ledger.content(person_id, account_id, rank, debit_account_id, credit_account_id, organisation_id, unit, amount, protected, kind,
            reason, right_id, version, counterparty, period_start, period_end, due_on, recorded_at, batch_id) AS content
    FROM ledger.transfer
    WHERE person_id >= %(first)s AND person_id <= %(last)s
)
SELECT CASE WHEN rank <> expected_rank THEN 'transfer_missing_before' ELSE 'transfer_altered' END,
    person_id, account_id, rank
FROM numbered
WHERE rank <> expected_rank OR hash IS DISTINCT FROM sha256(content)
ORDER BY person_id, account_id, rank
