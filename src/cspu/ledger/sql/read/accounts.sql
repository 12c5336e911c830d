-- Every account of a person with the totals of all that was ever posted to it.
SELECT account_id, right_id, organisation_id, unit, credits, debits, protected, length
FROM ledger.account
WHERE person_id = %(person)s
ORDER BY right_id, organisation_id
