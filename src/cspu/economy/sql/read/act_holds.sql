-- act_holds
-- What an act held, right by right, what of it was settled, and how that ended (held: some of it has not).
SELECT h.right_id, h.unit, sum(h.amount)::bigint, coalesce(sum(e.settled), 0)::bigint,
    CASE WHEN bool_or(e.hold_id IS NULL) THEN 'held' WHEN sum(e.settled) > 0 THEN 'settled' ELSE max(e.outcome) END
FROM economy.act AS t
JOIN ledger.hold AS h ON h.person_id = t.person_id AND h.reason = t.kind || ' ' || t.act_id
LEFT JOIN ledger.hold_end AS e ON e.person_id = h.person_id AND e.hold_id = h.hold_id
WHERE t.person_id = %(person)s AND t.act_id = %(act)s
GROUP BY h.right_id, h.unit
ORDER BY h.right_id
