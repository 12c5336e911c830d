"""`cspu bench page`: opening the account, over HTTP, among a hundred thousand persons.

The product runs under gunicorn on loopback, as the web role, on a database of the bench's own.
Every visited person is settled beforehand and visited once, on one connection, so a time is what
one person waits for on an otherwise quiet server, up to the last byte.

    p95      95th centile of the account page. Its reference is the target itself; a page that
             asks the database nothing (404) is timed in the same run beside it
    queries  the most SQL statements any of those pages took
    weight   what a first visit loads: page, style sheets, script of a right's page, font, icon,
             compressed as sent
"""

from __future__ import annotations

import os
import socket
import statistics
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import psycopg

from cspu.bench.scratch import scratch_database
from cspu.bench.visiting import Visit, Visitor

P95_TARGET_MS = 60.0
QUERIES_TARGET = 15
WEIGHT_TARGET_KB = 350.0

_TODAY = date(2027, 1, 31)
_SEED = 11
_HOST = "127.0.0.1"
_VISITS = 300
_WARM_UP = 20
_KB = 1000


def run(persons: int = 100_000) -> Iterator[dict[str, Any]]:
    """Load that many persons, settle them, visit some; one row at a time."""
    with scratch_database("owner") as folder:
        visited = _load(persons)
        with _server(folder) as port:
            visits, empty = _visit(port, visited)
            yield _row(
                "p95",
                _p95_ms(visits),
                P95_TARGET_MS,
                "ms",
                median_ms=round(statistics.median(one.seconds for one in visits) * 1000, 1),
                empty_page_p95_ms=round(_p95_ms(empty), 1),
                reference_is="the target",
                over="HTTP, gunicorn on loopback",
                persons=persons,
                visits=len(visits),
            )
            yield _row("queries", max(one.statements for one in visits), QUERIES_TARGET, "SQL")
            loads = _loads(port, visited[0])
            yield _row("weight", sum(loads.values()) / _KB, WEIGHT_TARGET_KB, "kB", parts=loads)


def _row(name: str, ours: float, target: float, unit: str, **more: object) -> dict[str, Any]:
    return {
        "name": name,
        "ours": round(ours, 1),
        "reference": target,
        "ratio": round(ours / target, 2),
        "unit": unit,
        "target": 1.0,
        "holds": ours <= target,
        **more,
    }


def _load(persons: int) -> list[str]:
    """Law, population, settlement; gives the persons to visit, made pickable at the log-in."""
    from django.db import connection  # noqa: PLC0415  needs Django to be set up

    from cspu.config.postgres.addresses import address_of  # noqa: PLC0415
    from cspu.demo.population import Population, generate  # noqa: PLC0415
    from cspu.entitlement.enactment import enact  # noqa: PLC0415
    from cspu.entitlement.operations import settle_all  # noqa: PLC0415
    from cspu.law.loading import load_pack  # noqa: PLC0415
    from cspu.lifecourse.vocabulary import load_vocabulary  # noqa: PLC0415
    from cspu.people.operations import DemoIdentity, present_demo_identities  # noqa: PLC0415

    enact(load_pack(), load_vocabulary(), enacted_at=datetime.now(UTC))
    generate(Population(persons, _SEED, until=_TODAY), connections=os.cpu_count() or 1)
    batch = address_of("batch").conninfo()
    settle_all(lambda: psycopg.connect(batch), as_of=_TODAY, connections=os.cpu_count() or 1)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute(
            "SELECT person_id FROM lifecourse.course ORDER BY md5(person_id::text) LIMIT %s",
            [_VISITS + _WARM_UP],
        )
        chosen = [row[0] for row in cursor.fetchall()]
    present_demo_identities(
        [DemoIdentity(person, rank, "Bench.", "Bench.") for rank, person in enumerate(chosen)]
    )
    return [str(person) for person in chosen]


@contextmanager
def _server(folder: Path) -> Iterator[int]:
    """The product under gunicorn as the web role; gives its port."""
    from cspu.config.static import collect_assets  # noqa: PLC0415  needs the scratch environment

    collect_assets()
    with socket.socket() as listener:
        listener.bind((_HOST, 0))
        listener.listen()
        port: int = listener.getsockname()[1]
        command = [sys.executable, "-m", "gunicorn", "cspu.bench.counting:application"]
        command += ["--bind", f"fd://{listener.fileno()}", "--threads", "4", "--keep-alive", "60"]
        command += ["--no-control-socket", "--log-level", "warning"]
        environment = {
            "CSPU_DATA": str(folder),
            "CSPU_DATABASE_ROLE": "web",
            "CSPU_TODAY": _TODAY.isoformat(),
        }
        with (folder / "server.log").open("wb") as log:
            server = subprocess.Popen(
                command,
                env={**os.environ, **environment},
                pass_fds=[listener.fileno()],
                stderr=log,
            )
        try:
            with urllib.request.urlopen(f"http://{_HOST}:{port}/connexion/", timeout=60):
                yield port
        finally:
            server.terminate()
            server.wait()


def _visit(port: int, persons: Sequence[str]) -> tuple[list[Visit], list[Visit]]:
    """Open each person's account once; then as often a page that asks nothing."""
    visits: list[Visit] = []
    empty: list[Visit] = []
    for person in persons:
        visitor = Visitor(_HOST, port)
        visitor.log_in(person)
        visits.append(visitor.open("/"))
        empty.append(visitor.open("/nothing/"))
    wrong = {one.status for one in visits} - {200}
    if wrong:
        raise RuntimeError(f"account pages answered {sorted(wrong)}")
    return visits[_WARM_UP:], empty[_WARM_UP:]


def _loads(port: int, person: str) -> dict[str, int]:
    """What a first visit loads, the script of a right's page counted with it."""
    visitor = Visitor(_HOST, port)
    visitor.log_in(person)
    loads = visitor.loads("/droits/cpf/")
    del loads["/droits/cpf/"]
    return {**visitor.loads("/"), **loads}


def _p95_ms(visits: Sequence[Visit]) -> float:
    return statistics.quantiles((one.seconds for one in visits), n=20)[-1] * 1000
