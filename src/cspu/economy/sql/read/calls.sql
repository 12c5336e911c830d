SELECT c.call_id, c.right_id, c.opened_at, c.valid_until
FROM economy.call AS c
WHERE c.person_id = %s AND c.valid_until >= %s
    AND NOT EXISTS (SELECT FROM economy.call_end AS e WHERE e.person_id = c.person_id AND e.call_id = c.call_id)
ORDER BY c.opened_at DESC, c.call_id
