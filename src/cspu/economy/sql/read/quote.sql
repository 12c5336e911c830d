SELECT q.quote_id, q.rule, c.label_fr, c.label_en, c.from_right, c.to_right, q.takes, q.gives, q.left_over, q.had, q.shielded,
    coalesce((
        SELECT sum(a.credits - a.debits)::bigint FROM ledger.account AS a WHERE a.person_id = q.person_id AND a.right_id = c.to_right
    ), 0), c.purpose, c.stays_protected, c.reference, c.url, c.assumption, q.for_day, q.valid_until,
    EXISTS (SELECT FROM economy.act AS a WHERE a.person_id = q.person_id AND a.act_id = q.quote_id)
FROM economy.quote AS q JOIN economy.conversion AS c ON c.rule = q.rule AND c.in_force = q.in_force
WHERE q.quote_id = %(quote)s
