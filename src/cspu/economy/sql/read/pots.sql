-- What was added to her rights and is still there, what ends soonest first.
SELECT p.pot_id, p.label_fr, p.label_en, p.right_id, p.unit, p.counterparty, coalesce(o.name, ''), p.earmark,
    coalesce(u.label_fr, ''), coalesce(u.label_en, ''), a.credits - a.debits, a.held, NULLIF(p.expires_on, 'infinity')
FROM ledger.account AS a
JOIN economy.pot AS p ON p.pot_id = a.organisation_id
LEFT JOIN people.organisation AS o ON o.organisation_id = ledger.organisation_of(p.counterparty)
LEFT JOIN economy.use_rule AS u ON u.use = p.earmark AND %(on)s BETWEEN u.in_force AND u.until
WHERE a.person_id = %(person)s AND a.credits - a.debits > 0 AND a.right_id = coalesce(%(right)s::text, a.right_id)
ORDER BY p.expires_on, p.right_id, p.pot_id
