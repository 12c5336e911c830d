-- What she used or is using, latest first: what was promised, what was paid, until when she may undo it.
SELECT t.act_id, t.rule, u.label_fr, u.label_en, t.right_id, t.said ->> 'from_unit', coalesce(o.name, ''),
    (t.said ->> 'takes')::bigint, (t.said ->> 'added')::bigint, (t.said ->> 'had')::bigint, t.for_day, t.made_at,
    (t.said ->> 'undo_until')::timestamptz, NULLIF(ends.settles_at, 'infinity'), NULLIF(ends.expires_at, 'infinity'),
    coalesce(ends.paid, 0), ends.still_open, coalesce(ends.outcome, ''), ends.ended_at, u.reference, u.url
FROM economy.act AS t
JOIN economy.use_rule AS u ON u.use = t.rule AND u.in_force = (t.said ->> 'in_force')::date
LEFT JOIN people.organisation AS o ON o.organisation_id = (t.said ->> 'payee')::uuid
CROSS JOIN LATERAL (
    SELECT min(h.settles_at) AS settles_at, min(h.expires_at) AS expires_at, sum(e.settled)::bigint AS paid,
        coalesce(bool_or(e.hold_id IS NULL), FALSE) AS still_open, max(e.outcome) AS outcome, max(e.ended_at) AS ended_at
    FROM ledger.hold AS h LEFT JOIN ledger.hold_end AS e ON e.person_id = h.person_id AND e.hold_id = h.hold_id
    WHERE h.person_id = t.person_id AND h.reason = 'use ' || t.act_id
) AS ends
WHERE t.person_id = %(person)s AND t.kind = 'use' AND t.act_id = coalesce(%(act)s::uuid, t.act_id)
ORDER BY ends.still_open DESC, t.made_at DESC, t.act_id
LIMIT %(most)s
