-- Ends of journals that are not where their lines end, in one range of persons.
WITH ends AS (
    SELECT DISTINCT ON (person_id) person_id, rank, hash
    FROM trust.access
    WHERE person_id >= %(first)s AND person_id <= %(last)s
    ORDER BY person_id, rank DESC
), heads AS (
    SELECT person_id, length, hash
    FROM trust.access_head
    WHERE person_id >= %(first)s AND person_id <= %(last)s
)
SELECT CASE
        WHEN h.person_id IS NULL THEN 'head_missing'
        WHEN e.person_id IS NULL THEN 'lines_all_missing'
        WHEN h.length > e.rank THEN 'line_missing_at_end'
        WHEN h.length < e.rank THEN 'line_after_end'
        ELSE 'head_altered'
    END,
    person_id, coalesce(h.length, e.rank)
FROM heads AS h FULL JOIN ends AS e USING (person_id)
WHERE (h.length, h.hash) IS DISTINCT FROM (e.rank, e.hash)
    -- Held to write there, then no reason was left to: an end that says of nothing that it was written.
    AND NOT (e.person_id IS NULL AND h.length = 0 AND h.hash = uuid_send(h.person_id))
ORDER BY person_id
