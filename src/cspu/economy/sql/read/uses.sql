-- Uses in force, and how much of what she holds each may take.
SELECT u.use, u.label_fr, u.label_en, u.right_id, u.payee, u.step, u.least, u.most, u.undo_hours, u.answer_days,
    coalesce(held.free, 0), coalesce(held.shielded, 0),
    EXISTS (
        SELECT FROM economy.top_up_rule AS t
        WHERE t.earmark = u.use AND t.how IN ('matching', 'missing') AND %(on)s BETWEEN t.in_force AND t.until
    ), u.purpose, u.reference, u.url, u.assumption
FROM economy.use_rule AS u
CROSS JOIN LATERAL (
    SELECT sum(greatest(CASE WHEN u.purpose THEN ledger.free_for_purpose(a) ELSE ledger.free(a) END - a.overdraft, 0))::bigint AS free,
        sum(CASE WHEN u.purpose THEN 0 ELSE ledger.shielded(a) END)::bigint AS shielded
    FROM ledger.account AS a LEFT JOIN economy.pot AS p ON p.pot_id = a.organisation_id
    WHERE a.person_id = %(person)s AND a.right_id = u.right_id
        AND CASE WHEN p.pot_id IS NOT NULL THEN p.earmark IN ('', u.use) AND p.expires_on > %(on)s
            ELSE u.payee <> 'holder' OR (a.right_id, a.organisation_id) IN (SELECT w.right_id, w.organisation_id FROM economy.held_at_work_shown(%(person)s, %(on)s) AS w) END
) AS held
WHERE %(on)s BETWEEN u.in_force AND u.until AND (held.free > 0 OR u.use = %(use)s)
ORDER BY u.right_id, u.use
