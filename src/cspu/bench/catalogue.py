"""`cspu bench catalogue`: every right in force, judged for one person and for everybody.

person  what a page of all rights waits for: every right of one person, answers, amounts and reasons,
        as the web role through the door, on a warm connection, the door's own opening not counted
        (95th centile; `first_ms` is the first of a connection, which plans). Its reference is the target
month   one month of every right for everybody, in one statement a chunk of persons on each of the
        connections, nothing written: seconds and persons a second, the largest memory of Python and
        of a PostgreSQL process
"""

from __future__ import annotations

PERSON_TARGET_MS = 60.0
MONTH_TARGET_S = 600.0
"""Nobody asked for a limit of the month: ten minutes, so that a plan gone wrong is a failure."""
CHUNK = 2_000
_VISITS = 200
_WARM_UP = 20
_PLANNING = (
    "SET enable_nestloop = off; SET max_parallel_workers_per_gather = 0; SET work_mem = '64MB'"
)
_PERSON = "SELECT * FROM entitlement.review(ARRAY[%s]::uuid[], %s, 'infinity', (%s::date - interval '13 months')::date)"
_MONTH = "SELECT count(*), count(*) FILTER (WHERE entitled) FROM entitlement.review(%s::uuid[], %s, %s, %s)"
