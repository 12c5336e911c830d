-- Accounts whose totals are not the sums of their transfers, or whose floor is broken, in one range of persons.
WITH summed AS (
    SELECT person_id, account_id,
        sum(amount) FILTER (WHERE account_id = credit_account_id) AS credits,
        sum(amount) FILTER (WHERE account_id = debit_account_id) AS debits,
        sum(CASE account_id WHEN credit_account_id THEN protected ELSE -protected END) AS protected,
        count(*) AS length, max(rank) AS last, min(unit) AS unit, max(unit) AS other_unit, min(right_id) AS right_id, max(right_id) AS other_right
    FROM ledger.transfer
    WHERE person_id >= %(first)s AND person_id <= %(last)s
    GROUP BY person_id, account_id
), compared AS (
    SELECT person_id, account_id,
        CASE
            WHEN held.person_id IS NULL THEN 'account_missing'
            WHEN summed.person_id IS NULL AND held.length > 0 THEN 'account_without_transfers'
            WHEN held.account_id <> ledger.account_of(held.person_id, held.right_id, held.organisation_id) THEN 'account_altered'
            WHEN held.length > summed.last THEN 'transfer_missing_at_end'
            WHEN held.credits <> coalesce(summed.credits, 0) OR held.debits <> coalesce(summed.debits, 0)
                OR held.length <> coalesce(summed.length, 0) THEN 'account_totals_differ'
            WHEN held.protected <> coalesce(summed.protected, 0) THEN 'account_protected_differs'
            WHEN held.unit <> summed.unit OR held.unit <> summed.other_unit
                OR held.right_id <> summed.right_id OR held.right_id <> summed.other_right THEN 'account_mixes_units_or_rights'
            WHEN held.protected < 0 OR held.credits - held.debits - held.held < greatest(held.protected - held.held_protected, 0) - held.overdraft
                THEN 'account_floor_broken'
            WHEN held.credits - held.debits > held.ceiling THEN 'account_ceiling_passed'
        END AS finding,
        summed.last + 1 AS following
    FROM (SELECT * FROM ledger.account WHERE person_id >= %(first)s AND person_id <= %(last)s) AS held
    FULL JOIN summed USING (person_id, account_id)
)
SELECT finding, person_id, account_id, CASE finding WHEN 'transfer_missing_at_end' THEN following END
FROM compared WHERE finding IS NOT NULL
ORDER BY person_id, account_id
