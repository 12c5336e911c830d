-- Replace what one origin had asserted of one kind of fact by what is staged: identical rows stay,
-- rows that differ or vanished are closed, the rest is added. {same} compares a staged row with a
-- held one, {identified} compares their keys only. What is corrected in the very moment it was recorded was
-- held for a microsecond.

INSERT INTO touched
SELECT person_id, {kind}, 'closed', {month} FROM lifecourse.{table} AS held
WHERE origin_id = %(origin)s AND recorded_to = 'infinity'
    AND NOT EXISTS (SELECT FROM {staged} AS staged WHERE {same});

UPDATE lifecourse.{table} AS held
SET recorded_to = greatest(%(at)s, held.recorded_from + interval '1 microsecond')
WHERE origin_id = %(origin)s AND recorded_to = 'infinity'
    AND NOT EXISTS (SELECT FROM {staged} AS staged WHERE {same});

INSERT INTO touched
SELECT person_id, {kind}, 'added', {month} FROM {staged} AS staged
WHERE NOT EXISTS (
    SELECT FROM lifecourse.{table} AS held
    WHERE origin_id = %(origin)s AND recorded_to = 'infinity' AND {identified});

INSERT INTO lifecourse.{table} ({columns}, origin_id, source_id, recorded_from)
SELECT {columns}, %(origin)s::uuid, %(source)s::uuid, %(at)s::timestamptz FROM {staged} AS staged
WHERE NOT EXISTS (
    SELECT FROM lifecourse.{table} AS held
    WHERE origin_id = %(origin)s AND recorded_to = 'infinity' AND {identified});
