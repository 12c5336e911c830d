-- The pools in which days are left: whose, of what, how many, and whether new gifts are agreed to. Of no person.
SELECT p.organisation_id, coalesce(o.name, ''), coalesce(o.siret, ''), p.unit, p.left_in::bigint, coalesce(g.agreed, FALSE)
FROM (
    SELECT split_part(s.counterparty, ':', 2)::uuid AS organisation_id, s.unit, sum(s.credits - s.debits) AS left_in
    FROM ledger.slot AS s WHERE starts_with(s.counterparty, 'pool:')
    GROUP BY 1, 2 HAVING sum(s.credits - s.debits) > 0
) AS p
LEFT JOIN people.organisation AS o ON o.organisation_id = p.organisation_id
LEFT JOIN LATERAL (
    SELECT k.agreed FROM economy.gift_agreement AS k
    WHERE k.organisation_id = p.organisation_id AND k.agreed_from <= %s
    ORDER BY k.agreed_from DESC, k.recorded_at DESC LIMIT 1
) AS g ON TRUE
ORDER BY 2, 1, 4
