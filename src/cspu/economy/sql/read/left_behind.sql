-- What she holds as time with employers for which she no longer works, right by right: it can be taken no more.
SELECT a.right_id, a.organisation_id, coalesce(o.name, ''), (a.credits - a.debits - a.held)::bigint
FROM ledger.account AS a
LEFT JOIN people.organisation AS o ON o.organisation_id = a.organisation_id
WHERE a.person_id = %(person)s AND a.credits - a.debits - a.held > 0
    AND EXISTS (
        SELECT FROM economy.use_rule AS u
        WHERE u.right_id = a.right_id AND u.payee = 'holder' AND %(on)s BETWEEN u.in_force AND u.until
    )
    AND NOT EXISTS (SELECT FROM economy.pot AS p WHERE p.pot_id = a.organisation_id)
    AND (a.right_id, a.organisation_id) NOT IN (SELECT w.right_id, w.organisation_id FROM economy.held_at_work_shown(%(person)s, %(on)s) AS w)
ORDER BY 1, 3, 2
