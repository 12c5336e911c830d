-- What funders added, and what went back to them, latest first.
SELECT t.act_id, t.kind, coalesce(r.label_fr, p.label_fr), coalesce(r.label_en, p.label_en), t.right_id, t.said ->> 'from_unit',
    t.said ->> 'funder', coalesce(o.name, ''), p.earmark, coalesce(u.label_fr, ''), coalesce(u.label_en, ''), (t.said ->> 'takes')::bigint,
    t.for_day, NULLIF(p.expires_on, 'infinity'), coalesce(r.reference, ''), coalesce(r.assumption, FALSE)
FROM economy.act AS t
JOIN economy.pot AS p ON p.pot_id = (t.said ->> 'pot')::uuid
LEFT JOIN economy.top_up_rule AS r ON r.rule = t.rule AND r.in_force = (t.said ->> 'in_force')::date
LEFT JOIN people.organisation AS o ON o.organisation_id = ledger.organisation_of(t.said ->> 'funder')
LEFT JOIN economy.use_rule AS u ON u.use = p.earmark AND t.for_day BETWEEN u.in_force AND u.until
WHERE t.person_id = %(person)s AND t.kind IN ('top_up', 'return')
ORDER BY t.made_at DESC, t.kind, t.act_id
LIMIT %(most)s
