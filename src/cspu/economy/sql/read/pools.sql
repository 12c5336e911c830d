-- The pools in which days are left: whose, how many, and whether new gifts are agreed to. Of no person.
SELECT split_part(s.counterparty, ':', 2)::uuid AS organisation_id, coalesce(o.name, ''), coalesce(o.siret, ''),
    sum(s.credits - s.debits)::bigint AS left_in, coalesce((economy.agreement_on(split_part(s.counterparty, ':', 2)::uuid, %s)).agreed, FALSE)
FROM ledger.slot AS s LEFT JOIN people.organisation AS o ON o.organisation_id = split_part(s.counterparty, ':', 2)::uuid
WHERE starts_with(s.counterparty, 'pool:')
GROUP BY 1, 2, 3, 5
HAVING sum(s.credits - s.debits) > 0
ORDER BY 2, 1
