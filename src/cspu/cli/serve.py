"""`cspu serve`: the site on 127.0.0.1, with the database it needs.

# Note [one server a folder]
The process holding a lock on `server.lock` is the server; `server.json` beside it says where it
listens. The lock and the listening socket are made here and inherited by gunicorn, so a port is
either ours or refused before anything starts, and the lock outlives us exactly as long as a
server does, however we die; so does its use of the database.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from fcntl import LOCK_EX, LOCK_NB, flock
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path
from types import FrameType, MappingProxyType
from typing import Annotated

import typer

from cspu.cli.output import UNFIT, notice, say
from cspu.config.environment import SERVER_THREADS, data_folder, read_environment
from cspu.config.postgres import address_of, provision, running_database
from cspu.config.static import collect_assets
from cspu.kernel.errors import EnvironmentUnfit
from cspu.kernel.text import Text

HOST = "127.0.0.1"
PORT = 8000
_READY_SECONDS = 60


def register(app: typer.Typer) -> None:
    """Add `cspu serve`."""
    app.command(
        help=say(
            "Sert le site sur 127.0.0.1. Exemple : cspu serve --port 8080",
            "Serve the site on 127.0.0.1. Example: cspu serve --port 8080",
        )
    )(serve)


PortOption = Annotated[
    int, typer.Option(min=1, max=65535, help=say("Port d'écoute.", "Port to listen on."))
]


def serve(port: PortOption = PORT) -> None:
    """Serve until told to stop."""
    read_environment()
    with only_server(port) as (lock, listener), running_database():
        provision()
        run_server(lock, listener, when_ready=_announce)


def _announce(address: str) -> None:
    notice(
        say(f"CSPU répond à {address} (Ctrl-C arrête).", f"CSPU is at {address} (Ctrl-C stops).")
    )


@contextmanager
def only_server(port: int) -> Iterator[tuple[int, socket.socket]]:
    """The right to serve this folder on this port, or a clear refusal. See note [one server]."""
    data = data_folder()
    data.mkdir(parents=True, exist_ok=True)
    lock = os.open(data / "server.lock", os.O_RDWR | os.O_CREAT, 0o600)
    listener = socket.socket()
    try:
        _take(lock, data)
        _listen(listener, port)
        yield lock, listener
    finally:
        listener.close()
        os.close(lock)


def run_server(
    lock: int,
    listener: socket.socket,
    *,
    when_ready: Callable[[str], None],
    environ: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Run gunicorn as the web role until it ends or is told to; raise Exit if it failed."""
    collect_assets()
    host, port = listener.getsockname()
    workers = str(min(max(len(os.sched_getaffinity(0)), 2), 8))
    command = [sys.executable, "-m", "gunicorn", "cspu.config.wsgi:application"]
    command += ["--bind", f"fd://{listener.fileno()}", "--workers", workers]
    command += ["--threads", str(SERVER_THREADS), "--no-control-socket", "--log-level", "warning"]
    with running_database() as users:
        child = subprocess.Popen(
            command,
            env=_of_the_web() | dict(environ),
            pass_fds=[lock, listener.fileno(), *users],
            start_new_session=True,
        )
        listener.close()  # only the server holds it now: when it dies, connections fail at once
        _write_instance(data_folder(), child.pid, f"http://{host}:{port}/")
        code = _until_it_ends(child, host, port, when_ready)
    if code not in {0, -signal.SIGTERM}:
        notice(say(f"Le serveur s'est arrêté (code {code}).", f"The server ended (code {code})."))
        raise typer.Exit(UNFIT)


def _until_it_ends(
    child: subprocess.Popen[bytes], host: str, port: int, when_ready: Callable[[str], None]
) -> int:
    """Say when the server answers, then wait for its end; gives its exit code."""
    with _stopping(child):
        try:
            if _answers(child, host, port):
                when_ready(f"http://{host}:{port}/")
            elif child.poll() is None:
                notice(say("La page ne répond pas comme il faut.", "The page answers badly."))
            return child.wait()
        finally:
            end(child)


def _of_the_web() -> dict[str, str]:
    """The environment of the process that answers requests: two addresses, and no way to the others."""
    others = {name for name in os.environ if name.startswith("CSPU_DATABASE_")}
    kept = {name: value for name, value in os.environ.items() if name not in others}
    return {
        **kept,
        "CSPU_DATABASE_ROLE": "web",
        "CSPU_DATABASE_WEB_URL": address_of("web").conninfo(),
        "CSPU_DATABASE_LOGIN_URL": address_of("login").conninfo(),
    }


@contextmanager
def _stopping(child: subprocess.Popen[bytes]) -> Iterator[None]:
    """Ctrl-C and a polite kill both mean: let requests end, then stop."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        child.terminate()

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def end(child: subprocess.Popen[bytes]) -> None:
    """Stop a process of ours, unless it ended by itself, and wait until it is gone."""
    if child.poll() is None:
        child.terminate()
        child.wait()


def _answers(child: subprocess.Popen[bytes], host: str, port: int) -> bool:
    """Wait for a first good answer: the socket queues us until a worker takes us up."""
    connection = HTTPConnection(host, port, timeout=_READY_SECONDS)
    try:
        connection.request("HEAD", "/", headers={"Host": "localhost"})
        healthy = connection.getresponse().status < HTTPStatus.INTERNAL_SERVER_ERROR
    except OSError:
        healthy = False
    finally:
        connection.close()
    return healthy and child.poll() is None


def _take(lock: int, data: Path) -> None:
    try:
        flock(lock, LOCK_EX | LOCK_NB)
    except BlockingIOError:
        instance = _read_instance(data)
        where, pid = instance.get("address", "?"), instance.get("pid", "?")
        raise EnvironmentUnfit(
            "server.already_running",
            Text(
                fr=f"CSPU tourne déjà : {where} (processus {pid}).",
                en=f"CSPU is already running: {where} (process {pid}).",
            ),
            Text(
                fr=f"Ouvrez cette adresse, ou arrêtez-le : kill {pid}",
                en=f"Open that address, or stop it: kill {pid}",
            ),
        ) from None


def _listen(listener: socket.socket, port: int) -> None:
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen(128)
    except OSError as error:
        raise EnvironmentUnfit(
            "server.port_taken",
            Text(
                fr=f"Le port {port} de {HOST} n'est pas libre ({error.strerror}).",
                en=f"Port {port} of {HOST} is not free ({error.strerror}).",
            ),
            Text(
                fr=f"Choisissez-en un autre : --port {port + 1} (make demo PORT={port + 1}).",
                en=f"Choose another one: --port {port + 1} (make demo PORT={port + 1}).",
            ),
        ) from error


def _write_instance(data: Path, pid: int, address: str) -> None:
    (data / "server.json").write_text(json.dumps({"pid": str(pid), "address": address}))


def _read_instance(data: Path) -> dict[str, str]:
    try:
        found: dict[str, str] = json.loads((data / "server.json").read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return {}
    return found
