-- Bodies that a use may pay for a person on a day, by name.
SELECT o.organisation_id, o.name, o.siret
FROM people.organisation AS o
WHERE o.organisation_id IN (
    SELECT p.organisation_id FROM economy.payee AS p JOIN economy.use_rule AS u ON u.use = p.use
    WHERE u.payee = 'accredited' AND %(on)s BETWEEN u.in_force AND u.until
        AND p.use = %(use)s AND %(on)s BETWEEN p.since AND p.until
    UNION
    SELECT a.organisation_id FROM ledger.account AS a JOIN economy.use_rule AS u ON u.right_id = a.right_id
    WHERE u.payee = 'holder' AND %(on)s BETWEEN u.in_force AND u.until AND u.use = %(use)s AND a.person_id = %(person)s
        AND a.credits - a.debits - a.held > 0
        AND (a.right_id, a.organisation_id) IN (SELECT w.right_id, w.organisation_id FROM economy.held_at_work_shown(%(person)s, %(on)s) AS w)
    UNION
    SELECT s.organisation_id FROM lifecourse.spells_in_sight(%(person)s) AS s
    JOIN economy.employed_as AS e ON e.status = s.status CROSS JOIN economy.use_rule AS u
    WHERE u.payee = 'employer' AND %(on)s BETWEEN u.in_force AND u.until AND u.use = %(use)s
        AND s.valid @> %(on)s::date AND %(on)s BETWEEN e.in_force AND e.until
)
ORDER BY o.name, o.siret
LIMIT %(most)s
