"""`cspu bench ledger`: posting, on so many accounts with a funder everyone draws on.

tpcb     single postings by 8 pgbench clients as the batch role, each a proposal to a random account, against
         pgbench's built-in TPC-B (its one branch is drawn on by everyone too), in turns on the same server
hordak   the same through Python on one connection, against django-hordak's `transfer_to`; `bare`: what a
         bare INSERT of one row gives there, so that `highest_ratio` is what no posting that waits for
         the disk could pass
batch    batches of 10,000 transfers, a second, against the target; `copy_ratio`: against a bare COPY of
         the same rows and an update of their balances
"""

from __future__ import annotations

import json
import os
import random
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from importlib.resources import as_file, files
from typing import Any
from uuid import UUID

import psycopg

from cspu.bench.rows import row_at_least
from cspu.bench.scratch import scratch_database
from cspu.config.environment import DatabaseRole
from cspu.config.postgres import address_of
from cspu.config.postgres.binaries import programs_for, server_account
from cspu.kernel.ids import PersonId

TPCB_TARGET, HORDAK_TARGET, BATCH_TARGET = 1.5, 10.0, 25_000.0
CLIENTS, ROUNDS, SECONDS = 8, 7, 5
BATCH, BATCHES = 10_000, 10
_FUNDER = UUID(int=0xF00D)
_DAY = date(2026, 1, 1)
_SQL = files("cspu.bench").joinpath("sql")


def run(accounts: int = 100_000) -> Iterator[dict[str, Any]]:
    """Open the accounts, post in three ways; one row at a time."""
    with scratch_database("batch"):
        _execute(_read("accounts"), accounts=accounts)
        _pgbench("owner", "-i", "-q")
        _vacuum()
        yield _single(accounts)
        yield _python(accounts)
        yield _batches(accounts)


def _single(accounts: int) -> dict[str, Any]:
    ours, reference = [], []
    with as_file(_SQL.joinpath("one_posting.sql")) as script:
        for _ in range(ROUNDS):
            reference.append(_tps("owner", "-b", "tpcb-like"))
            ours.append(_tps("batch", "-n", "-f", str(script), "-D", f"accounts={accounts}"))
    return row_at_least(
        "tpcb",
        statistics.median(ours),
        statistics.median(reference),
        "transactions/s",
        TPCB_TARGET,
        accounts=accounts,
        clients=CLIENTS,
    )


def _tps(role: DatabaseRole, *arguments: str) -> float:
    options = ["-c", str(CLIENTS), "-j", "2", "-T", str(SECONDS), "-M", "prepared"]
    said = _pgbench(role, *options, *arguments)
    found = re.search(r"^tps = ([\d.]+)", said, re.MULTILINE)
    if found is None:
        raise RuntimeError("pgbench gave no figure")
    return float(found[1])


def _pgbench(role: DatabaseRole, *arguments: str) -> str:
    place = address_of(role).parameters
    environment = {
        "PGHOST": place["host"],
        "PGPORT": place["port"],
        "PGUSER": place["user"],
        "PGPASSWORD": place["password"],
        "PGDATABASE": place["dbname"],
    }
    program = programs_for(server_account()) / "pgbench"
    done = subprocess.run(
        [program, *arguments],
        env={**os.environ, **environment},
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        wrong = [line for line in done.stderr.splitlines() if "ERROR" in line]
        raise RuntimeError(f"pgbench: {wrong}")
    return done.stdout


def _python(accounts: int) -> dict[str, Any]:
    reference = _hordak(accounts)
    ours = _posted_a_second()
    bare = _inserted_a_second()
    return row_at_least(
        "hordak",
        ours,
        reference,
        "transfers/s",
        HORDAK_TARGET,
        accounts=accounts,
        bare=round(bare),
        highest_ratio=round(bare / reference, 3),
    )


def _posted_a_second() -> float:
    from cspu.ledger.operations import Proposal, post  # noqa: PLC0415  needs Django to be set up

    with psycopg.connect(address_of("owner").conninfo()) as owner:
        persons = [one for (one,) in owner.execute("SELECT person_id FROM public.drawer")]
    plain = Proposal(
        person_id=PersonId(persons[0]),
        right_id="training",
        unit="EUR",
        counter_id=_FUNDER,
        counterparty="funder:bench",
        amount=100,
        kind="top_up",
        reason="bench",
        version=_DAY,
        period_start=_DAY,
        period_end=_DAY,
        due_on=_DAY,
    )
    chosen, done, at = random.Random(1), 0, datetime.now(UTC)  # noqa: S311  a sample
    started = time.perf_counter()
    while (spent := time.perf_counter() - started) < SECONDS:
        person, amount = PersonId(chosen.choice(persons)), chosen.randint(1, 5000)
        post(f"one {done}", [replace(plain, person_id=person, amount=amount)], recorded_at=at)
        done += 1
    return done / spent


def _inserted_a_second() -> float:
    """A row of one number, each in a transaction of its own, as lean as a client can be."""
    _execute("CREATE TABLE public.bare (number integer)")
    done = 0
    with psycopg.connect(address_of("owner").conninfo(), autocommit=True) as owner:
        started = time.perf_counter()
        while (spent := time.perf_counter() - started) < SECONDS:
            owner.execute("INSERT INTO public.bare VALUES (%s)", [done], prepare=True)
            done += 1
    return done / spent


def _hordak(accounts: int) -> float:
    owner = address_of("owner")
    with psycopg.connect(owner.conninfo(), autocommit=True) as connection:
        connection.execute("CREATE DATABASE hordak")
    done = subprocess.run(
        [sys.executable, "-m", "cspu.bench.hordak", str(accounts), str(SECONDS)],
        input=json.dumps(owner.to("hordak").django()),
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return float(done.stdout)


def _batches(accounts: int) -> dict[str, Any]:
    _execute(_read("batch_twins"))
    _vacuum()
    ours, reference = [], []
    post, balances = _read("post_batch"), _read("batch_balances")
    with psycopg.connect(address_of("batch").conninfo(), autocommit=True) as connection:
        for number in range(BATCHES):
            above = number * BATCH % accounts
            started = time.perf_counter()
            connection.execute(
                post.encode(), {"key": f"batch {number}", "above": above, "size": BATCH}
            )
            ours.append(time.perf_counter() - started)
            reference.append(_copied(connection, balances, number))
    return row_at_least(
        "batch",
        BATCH / statistics.median(ours),
        BATCH_TARGET,
        "transfers/s",
        1.0,
        accounts=accounts,
        copy_a_second=round(BATCH / statistics.median(reference)),
        copy_ratio=round(statistics.median(ours) / statistics.median(reference), 3),
    )


def _copied(connection: psycopg.Connection, balances: str, number: int) -> float:
    """The rows just posted once more, by COPY into a twin, and their balances updated."""
    (batch,) = connection.execute("SELECT md5(%s)::uuid", [f"batch {number}"]).fetchone() or (None,)
    with connection.cursor().copy(
        "COPY (SELECT * FROM ledger.transfer WHERE batch_id = %s) TO STDOUT", [batch]
    ) as out:
        rows = b"".join(bytes(part) for part in out)
    started = time.perf_counter()
    with connection.transaction(), connection.cursor() as cursor:
        with cursor.copy("COPY public.transfer_twin FROM STDIN") as into:
            into.write(rows)
        cursor.execute(balances.encode(), {"batch": batch})
    return time.perf_counter() - started


def _execute(script: str, **values: object) -> None:
    with psycopg.connect(address_of("owner").conninfo()) as owner:
        for statement in script.split(";\n"):
            if statement.strip():
                owner.execute(statement.encode(), values or None)


def _vacuum() -> None:
    with psycopg.connect(address_of("owner").conninfo(), autocommit=True) as owner:
        owner.execute("VACUUM (ANALYZE) ledger.account, ledger.transfer, ledger.slot")


def _read(name: str) -> str:
    return _SQL.joinpath(f"{name}.sql").read_text("utf-8")
