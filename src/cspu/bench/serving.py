"""A settled population, and the product over it under gunicorn: what benches of pages visit."""

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

import psycopg

from cspu.bench.visiting import Visit, Visitor

TODAY = date(2027, 1, 31)
HOST = "127.0.0.1"
PRODUCT = "cspu.bench.counting:application"
_SEED = 11
OPEN = "SELECT trust.open(%s, (%s, 'read', '{*}', 'own_account', 'account', FALSE)::trust.asking)"
"""The statement that opens a person's own account in the transaction of a request."""


def load(persons: int, visited: int) -> list[str]:
    """Law, population, settlement; gives some persons to visit."""
    from django.db import connection  # noqa: PLC0415  needs Django to be set up

    from cspu.config.postgres.addresses import address_of  # noqa: PLC0415
    from cspu.demo.population import Population, generate  # noqa: PLC0415
    from cspu.entitlement.enactment import enact  # noqa: PLC0415
    from cspu.entitlement.operations import settle_all  # noqa: PLC0415
    from cspu.law.loading import load_pack  # noqa: PLC0415
    from cspu.lifecourse.vocabulary import load_vocabulary  # noqa: PLC0415

    enact(load_pack(), load_vocabulary(), enacted_at=datetime.now(UTC))
    generate(Population(persons, _SEED, until=TODAY), connections=os.cpu_count() or 1)
    batch = address_of("batch").conninfo()
    settle_all(lambda: psycopg.connect(batch), as_of=TODAY, connections=os.cpu_count() or 1)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute(
            "SELECT person_id FROM lifecourse.course ORDER BY md5(person_id::text) LIMIT %s",
            [visited],
        )
        return [str(row[0]) for row in cursor.fetchall()]


def begin_session(person: str) -> str:
    """The token of an open session of hers, as log-in would have made it."""
    from cspu.config.postgres.addresses import address_of  # noqa: PLC0415  needs the scratch environment
    from cspu.trust.logins import new_token  # noqa: PLC0415

    token = new_token()
    with psycopg.connect(address_of("owner").conninfo()) as owner:
        owner.execute(
            "SELECT trust.begin_session(%s, 'person', %s, 'bench', FALSE)", [token, person]
        )
    return token


def visitor_with(port: int, token: str) -> Visitor:
    """A browser that holds that session."""
    from django.conf import settings  # noqa: PLC0415  needs Django to be set up

    visitor = Visitor(HOST, port)
    visitor.keep(settings.CSPU_SESSION_COOKIE, token)
    return visitor


@contextmanager
def server(folder: Path, application: str = PRODUCT, **environment: str) -> Iterator[int]:
    """An application under gunicorn, as the web role unless told otherwise; gives its port."""
    from cspu.config.static import collect_assets  # noqa: PLC0415  needs the scratch environment

    collect_assets()
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        listener.listen()
        port: int = listener.getsockname()[1]
        command = [sys.executable, "-m", "gunicorn", application]
        command += ["--bind", f"fd://{listener.fileno()}", "--threads", "4", "--keep-alive", "60"]
        command += ["--no-control-socket", "--log-level", "warning"]
        chosen = {
            "CSPU_DATA": str(folder),
            "CSPU_DATABASE_ROLE": "web",
            "CSPU_TODAY": TODAY.isoformat(),
            **environment,
        }
        with (folder / f"server-{port}.log").open("wb") as log:
            running = subprocess.Popen(
                command, env={**os.environ, **chosen}, pass_fds=[listener.fileno()], stderr=log
            )
        try:
            with urllib.request.urlopen(f"http://{HOST}:{port}/connexion/", timeout=60):
                yield port
        finally:
            running.terminate()
            running.wait()


def checked(visits: Sequence[Visit]) -> Sequence[Visit]:
    """The visits, all of which must have shown their page."""
    wrong = {one.status for one in visits} - {200}
    if wrong:
        raise RuntimeError(f"account pages answered {sorted(wrong)}")
    return visits


def p95_ms(visits: Sequence[Visit]) -> float:
    """The 95th centile of the time they took."""
    return statistics.quantiles((one.seconds for one in visits), n=20)[-1] * 1000


def median_ms(visits: Sequence[Visit]) -> float:
    """The time half of them took at most."""
    return statistics.median(one.seconds for one in visits) * 1000
