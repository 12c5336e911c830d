SELECT d.debt_id, d.account_id, d.right_id, d.unit, d.counterparty, coalesce(o.name, ''), d.amount, d.taken_back, entitlement.still_owed(d), d.reason,
    d.version, d.period_start, d.period_end, d.owed_from,
    d.owed_from + coalesce(r.days_to_contest, 0),
    coalesce(said.kind, ''), plan.takes, plan.share, plan.taken, plan.income, plan.dependants, plan.hidden, ledger.free(a),
    CASE WHEN d.unit <> 'EUR' THEN r.in_kind_share END, coalesce(r.reference, ''), coalesce(r.url, '')
FROM entitlement.debt AS d
JOIN ledger.account AS a ON a.person_id = d.person_id AND a.account_id = d.account_id
LEFT JOIN people.organisation AS o ON o.organisation_id = a.organisation_id
CROSS JOIN LATERAL economy.takeable_of(d.person_id, d.debt_id, %(on)s) AS plan
LEFT JOIN LATERAL (
    SELECT m.kind FROM entitlement.debt_move AS m WHERE m.person_id = d.person_id AND m.debt_id = d.debt_id ORDER BY m.rank DESC LIMIT 1
) AS said ON TRUE
LEFT JOIN economy.recovery AS r ON r.in_force = (SELECT max(k.in_force) FROM economy.recovery AS k WHERE k.in_force <= %(on)s)
WHERE d.person_id = %(person)s
ORDER BY entitlement.still_owed(d) = 0, d.found_at DESC, d.debt_id
