-- Lines of journals that do not bear out their own hash or rank, in one range of persons.
WITH linked AS (
    SELECT a AS line, a.person_id, a.rank, a.hash,
        coalesce(lag(a.rank) OVER journal, 0) + 1 AS expected_rank,
        coalesce(lag(a.hash) OVER journal, uuid_send(a.person_id)) AS previous
    FROM trust.access AS a
    WHERE a.person_id >= %(first)s AND a.person_id <= %(last)s
    WINDOW journal AS (PARTITION BY a.person_id ORDER BY a.rank)
)
SELECT CASE WHEN rank <> expected_rank THEN 'line_missing_before' ELSE 'line_altered' END, person_id, rank
FROM linked
WHERE rank <> expected_rank OR hash IS DISTINCT FROM trust.line_hash(previous, line)
ORDER BY person_id, rank
