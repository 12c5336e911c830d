-- Treatments that do not bear out their own hash or rank, and an end that is not where they end.
WITH linked AS (
    SELECT t AS line, t.rank, t.hash,
        coalesce(lag(t.rank) OVER list, 0) + 1 AS expected_rank,
        coalesce(lag(t.hash) OVER list, sha256('')) AS previous
    FROM trust.treatment AS t
    WINDOW list AS (ORDER BY t.rank)
)
SELECT CASE WHEN rank <> expected_rank THEN 'treatment_missing_before' ELSE 'treatment_altered' END, NULL::uuid, rank
FROM linked
WHERE rank <> expected_rank OR hash IS DISTINCT FROM trust.treatment_hash(previous, line)
UNION ALL
SELECT 'treatment_end_differs', NULL, coalesce(h.length, e.rank)
FROM (SELECT length, hash FROM trust.treatment_head) AS h
FULL JOIN (
    SELECT coalesce(max(rank), 0) AS rank,
        coalesce((SELECT t.hash FROM trust.treatment AS t ORDER BY t.rank DESC LIMIT 1), sha256('')) AS hash
    FROM trust.treatment
) AS e ON TRUE
WHERE (h.length, h.hash) IS DISTINCT FROM (e.rank, e.hash)
ORDER BY 3
