-- What a person gave: on its way, gone, taken back or come back. What goes to another instance is a crossing, told elsewhere.
SELECT h.hold_id, h.right_id, h.unit, h.amount, coalesce(a.said ->> 'to', 'call'), h.opened_at, h.settles_at, coalesce(e.outcome, 'held')
FROM ledger.hold AS h
LEFT JOIN ledger.hold_end AS e ON e.person_id = h.person_id AND e.hold_id = h.hold_id
LEFT JOIN economy.act AS a ON a.person_id = h.person_id AND a.act_id = h.hold_id
WHERE h.person_id = %s AND h.kind = 'gift' AND h.settles_at < 'infinity'
ORDER BY h.opened_at DESC, h.hold_id
