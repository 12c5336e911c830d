"""`settle_all` in a process of its own, to be killed: one line on standard output per chunk done.

python -m tests.entitlement.worker DATE PERSONS_PER_CHUNK     (the address comes by standard input)
"""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path

import psycopg

from cspu.entitlement.operations import settle_all

_ROOT = Path(__file__).parents[2]
CONNECTIONS = 2


def started(conninfo: str, *, as_of: date, chunk: int) -> subprocess.Popen[str]:
    """A worker on its way; the caller reads its lines, waits for it or kills it."""
    worker = subprocess.Popen(
        [sys.executable, "-m", "tests.entitlement.worker", as_of.isoformat(), str(chunk)],
        cwd=_ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert worker.stdin is not None
    worker.stdin.write(conninfo)
    worker.stdin.close()
    return worker


def killed_after(worker: subprocess.Popen[str], lines: int) -> bool:
    """Kill the worker (SIGKILL) once it has said so many lines; False if it was done before."""
    assert worker.stdout is not None
    for _ in range(lines):
        if not worker.stdout.readline():
            break
    worker.kill()
    return finished(worker) != 0


def finished(worker: subprocess.Popen[str]) -> int:
    """Wait for a worker and close its pipes; its exit code."""
    for pipe in (worker.stdout, worker.stderr):
        assert pipe is not None
        pipe.read()
        pipe.close()
    return worker.wait()


def main() -> None:
    """Settle everyone."""
    conninfo = sys.stdin.read()
    settle_all(
        lambda: psycopg.connect(conninfo),
        as_of=date.fromisoformat(sys.argv[1]),
        connections=CONNECTIONS,
        chunk=int(sys.argv[2]),
        progress=lambda persons: print(persons, flush=True),  # noqa: T201  read by the test
    )


if __name__ == "__main__":
    main()
