-- Batches against their transfers, and seals: each from its transfers' hashes and the seal before it in
-- its lane, the last one in the lane's head. Sorted by batch, so that memory holds one batch at a time.
WITH posted AS (
    SELECT batch_id, count(*) AS transfers, any_value(person_id) AS person_id, min(recorded_at) AS earliest,
        max(recorded_at) AS latest, string_agg(hash, '' ORDER BY person_id, account_id, rank) AS hashes
    FROM ledger.transfer GROUP BY batch_id
), laned AS (
    SELECT b AS said, b.batch_id, b.person_id, b.idempotency_key, b.recorded_at, b.transfers, b.number, b.seal,
        lag(b.number, 1, 0::bigint) OVER lane + 1 AS expected_number,
        coalesce(lag(b.seal) OVER lane, uuid_send(b.lane_id)) AS previous
    FROM ledger.batch AS b
    WINDOW lane AS (PARTITION BY b.lane_id ORDER BY b.number)
), compared AS (
    SELECT
        CASE
            WHEN b.transfers IS DISTINCT FROM t.transfers OR b.recorded_at <> t.earliest OR b.recorded_at <> t.latest
                OR batch_id <> md5(b.idempotency_key)::uuid THEN 'batch_count_differs'
            WHEN b.number <> b.expected_number THEN 'batch_missing_before'
            WHEN b.seal <> ledger.seal(b.previous, (b.said).number, b.said, t.hashes) THEN 'batch_seal_differs'
        END AS finding, batch_id, coalesce(b.person_id, t.person_id) AS person_id
    FROM laned AS b FULL JOIN posted AS t USING (batch_id)
), lasts AS (
    SELECT DISTINCT ON (lane_id) lane_id, number, seal FROM ledger.batch ORDER BY lane_id, number DESC
), lanes AS (
    SELECT 'lane_head_differs: ' || lane_id
    FROM ledger.lane AS held FULL JOIN lasts USING (lane_id)
    WHERE held.batches IS DISTINCT FROM coalesce(lasts.number, 0) OR held.seal IS DISTINCT FROM coalesce(lasts.seal, uuid_send(lane_id))
)
SELECT finding || ': ' || batch_id, person_id, NULL::uuid, NULL::integer FROM compared WHERE finding IS NOT NULL
UNION ALL SELECT lanes.*, NULL, NULL, NULL FROM lanes
