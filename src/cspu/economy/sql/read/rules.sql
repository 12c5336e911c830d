-- Rules in force by which the person holds something that may be given, and how much.
SELECT c.rule, c.label_fr, c.label_en, c.from_right, c.to_right, c.step, c.least,
    greatest(least(held.free, economy.left_elsewhere(%(person)s, c, %(on)s)), 0), held.shielded, c.reference, c.url, c.open_to,
    CASE WHEN c.open_to = '' THEN TRUE ELSE economy.answer_shown(%(person)s, c.open_to, %(on)s) END,
    c.open_to <> '' AND NOT kernel.shows('right:' || c.open_to)
FROM economy.conversion AS c
CROSS JOIN LATERAL (
    SELECT sum(CASE WHEN c.purpose THEN ledger.free_for_purpose(a) ELSE ledger.free(a) END)::bigint AS free,
        sum(CASE WHEN c.purpose THEN 0 ELSE ledger.shielded(a) END)::bigint AS shielded
    FROM ledger.account AS a LEFT JOIN economy.pot AS p ON p.pot_id = a.organisation_id
    WHERE a.person_id = %(person)s AND a.right_id = c.from_right
        AND CASE WHEN p.pot_id IS NOT NULL THEN p.earmark IN ('', c.rule) AND p.expires_on > %(on)s
            ELSE NOT c.at_work OR (a.right_id, a.organisation_id) IN (SELECT w.right_id, w.organisation_id FROM economy.held_at_work_shown(%(person)s, %(on)s) AS w) END
) AS held
WHERE %(on)s BETWEEN c.in_force AND c.until AND held.free > 0
    AND (c.to_right <> 'help_hours' OR EXISTS (SELECT FROM economy.community AS k WHERE %(on)s BETWEEN k.in_force AND k.until))
ORDER BY c.rule
