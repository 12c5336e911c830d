-- The postings that moved a person's accounts, a page at a time.
SELECT batch_id, recorded_at, count(*)
FROM ledger.transfer
WHERE person_id = %(person)s AND batch_id > coalesce(%(after)s::uuid, '00000000-0000-0000-0000-000000000000')
GROUP BY batch_id, recorded_at
ORDER BY batch_id, recorded_at
LIMIT %(most)s
