-- The whole ledger: slots against transfers, and zero in each unit.
WITH moved AS (
    SELECT ledger.slot_of(person_id) AS slot_id, unit,
        CASE account_id WHEN credit_account_id THEN debit_account_id ELSE credit_account_id END AS account_id,
        sum(amount) FILTER (WHERE account_id = credit_account_id) AS debits,
        sum(amount) FILTER (WHERE account_id = debit_account_id) AS credits
    FROM ledger.transfer GROUP BY 1, 2, 3
), slots AS (
    SELECT 'slot_totals_differ: ' || slot_id, NULL::uuid, account_id, NULL::integer
    FROM ledger.slot AS held FULL JOIN moved USING (slot_id, account_id)
    WHERE held.slot_id IS NULL OR held.debits <> coalesce(moved.debits, 0) OR held.credits <> coalesce(moved.credits, 0)
        OR held.unit IS DISTINCT FROM moved.unit
), units AS (
    SELECT 'unit_not_zero_sum: ' || unit, NULL::uuid, NULL::uuid, NULL::integer
    FROM (
        SELECT unit, credits - debits AS net FROM ledger.account
        UNION ALL SELECT unit, credits - debits FROM ledger.slot
    ) AS side GROUP BY unit HAVING sum(net) <> 0
)
TABLE slots UNION ALL TABLE units
