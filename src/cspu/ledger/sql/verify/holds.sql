-- Holds against what accounts say is held, and against what they settled, in one range of persons.
WITH opened AS (
    SELECT h.person_id, h.hold_id, h.account_id, h.amount, h.protected, e.outcome, e.settled
    FROM ledger.hold AS h LEFT JOIN ledger.hold_end AS e USING (person_id, hold_id)
    WHERE h.person_id >= %(first)s AND h.person_id <= %(last)s
), promised AS (
    SELECT person_id, account_id, sum(amount) AS held, sum(protected) AS held_protected
    FROM opened WHERE outcome IS NULL GROUP BY person_id, account_id
), differing AS (
    SELECT 'account_holds_differ' AS finding, person_id, account_id
    FROM (
        SELECT person_id, account_id, held, held_protected FROM ledger.account
        WHERE person_id >= %(first)s AND person_id <= %(last)s AND held <> 0
    ) AS a FULL JOIN promised AS p USING (person_id, account_id)
    WHERE (a.held, a.held_protected) IS DISTINCT FROM (p.held, p.held_protected)
), settled AS (
    SELECT person_id, account_id, batch_id, sum(amount) AS amount FROM ledger.transfer
    WHERE person_id >= %(first)s AND person_id <= %(last)s
        AND batch_id IN (SELECT md5('hold ' || person_id || ' ' || hold_id)::uuid FROM opened)
    GROUP BY person_id, account_id, batch_id
)
SELECT finding, person_id, account_id, NULL::integer FROM differing
UNION ALL
SELECT 'hold_settled_differently: ' || o.hold_id, o.person_id, o.account_id, NULL
FROM opened AS o
LEFT JOIN settled AS s ON s.person_id = o.person_id AND s.account_id = o.account_id
    AND s.batch_id = md5('hold ' || o.person_id || ' ' || o.hold_id)::uuid
WHERE coalesce(o.settled, 0) <> coalesce(s.amount, 0)
ORDER BY 2, 3
