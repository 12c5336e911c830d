"""The provider's process: started, waited for, stopped."""

from __future__ import annotations

import json
import os
import secrets
import select
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import IO

from cspu.demo.provider.identities import Identities
from cspu.demo.provider.node import find_node
from cspu.kernel.errors import EnvironmentUnfit
from cspu.kernel.text import Text
from cspu.trust.oidc import Provider, france_connect, pro_connect

_HERE = Path(__file__).parent
_CLIENT_FOR_PERSONS = "cspu-demo-persons"
_CLIENT_FOR_AGENTS = "cspu-demo-agents"
_READY = "ready "
_READY_SECONDS = 90
_END_SECONDS = 10
_PORT_TAKEN = 3


@dataclass(frozen=True, slots=True)
class RunningProvider:
    """Both profiles as a client needs them, secrets included; and the process that serves them."""

    france_connect: Provider
    pro_connect: Provider
    pid: int


def made_up_secret() -> str:
    """A client secret marked as made up, so that a real server refuses it."""
    return f"demo-{secrets.token_urlsafe(32)}"


def agent_sub(identity: str) -> str:
    """How the provider names an agent to this client: twin of `pairwiseIdentifier` in profiles.mjs.

    An agent is registered by her organisation before she first logs in, so it must be known.
    """
    return sha256(f"demonstration|{_CLIENT_FOR_AGENTS}|{identity}".encode()).hexdigest()


@contextmanager
def running_provider(
    identities: Identities,
    *,
    callbacks: Sequence[str],
    after_logout: Sequence[str],
    port: int = 0,
    faults: Mapping[str, str] | None = None,
) -> Iterator[RunningProvider]:
    """Serve these identities on 127.0.0.1 until the block ends; port 0 is any free one.

    `callbacks` and `after_logout` are the addresses a log-in and a log-out may come back to; one
    on loopback without a port (`http://127.0.0.1/retour`) is good for every port. `faults` says
    what to get wrong for whom (`faults.mjs` has the list).
    """
    _refuse_without_packages()
    passwords = {
        "CSPU_PROVIDER_FC_SECRET": made_up_secret(),
        "CSPU_PROVIDER_PC_SECRET": made_up_secret(),
    }
    with tempfile.TemporaryDirectory(prefix="cspu-provider-") as folder, _log(folder) as log:
        file = Path(folder) / "identities.json"
        file.write_text(json.dumps(identities.to_json()), encoding="utf-8")
        command = [str(find_node()), str(_HERE / "provider.mjs"), "--until-stdin-closes"]
        command += ["--port", str(port), "--identities", str(file)]
        command += [part for each in callbacks for part in ("--redirect-uri", each)]
        command += [part for each in after_logout for part in ("--post-logout-redirect-uri", each)]
        for identity, fault in (faults or {}).items():
            command += ["--fault", f"{identity}={fault}"]
        with subprocess.Popen(
            command,
            env={"PATH": os.environ.get("PATH", ""), **passwords},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            start_new_session=True,
        ) as process:
            try:
                issuers = _wait_until_ready(process, port, log)
                yield _running(issuers, passwords, process.pid)
            finally:
                _end(process)


def _running(issuers: Mapping[str, str], passwords: Mapping[str, str], pid: int) -> RunningProvider:
    return RunningProvider(
        france_connect=france_connect(
            issuer=issuers["france_connect"],
            client_id=_CLIENT_FOR_PERSONS,
            client_secret=passwords["CSPU_PROVIDER_FC_SECRET"],
        ),
        pro_connect=pro_connect(
            issuer=issuers["pro_connect"],
            client_id=_CLIENT_FOR_AGENTS,
            client_secret=passwords["CSPU_PROVIDER_PC_SECRET"],
        ),
        pid=pid,
    )


def _wait_until_ready(process: subprocess.Popen[str], port: int, log: IO[str]) -> Mapping[str, str]:
    """The issuers, from the process's own line; woken by it, or by its end."""
    stdout = process.stdout
    if stdout is None:
        raise ValueError("the provider's output is needed")
    woken, _, _ = select.select([stdout], [], [], _READY_SECONDS)
    line = stdout.readline() if woken else ""
    if line.startswith(_READY):
        issuers: Mapping[str, str] = json.loads(line.removeprefix(_READY))
        return issuers
    if _end(process) == _PORT_TAKEN:
        raise _port_taken(port)
    log.seek(0)
    raise _will_not_start(log.read()[-1500:])


def _end(process: subprocess.Popen[str]) -> int:
    """End it, politely first: Node told to stop while it starts has been seen waiting for itself."""
    process.terminate()
    try:
        return process.wait(_END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()


def _log(folder: str) -> IO[str]:
    return (Path(folder) / "provider.log").open("w+", encoding="utf-8")


def _refuse_without_packages() -> None:
    """Node looks for a package in the folders above the program; so do we, to say it plainly."""
    if any((above / "node_modules" / "oidc-provider").is_dir() for above in _HERE.parents):
        return
    raise EnvironmentUnfit(
        "demo.provider_missing",
        Text(
            fr="Les paquets du service de connexion de la démonstration ne sont pas installés.",
            en="The packages of the demonstration's log-in service are not installed.",
        ),
        Text(fr="Tapez : make install", en="Type: make install"),
    )


def _port_taken(port: int) -> EnvironmentUnfit:
    return EnvironmentUnfit(
        "demo.provider_port_taken",
        Text(
            fr=f"Le port {port} de 127.0.0.1 n'est pas libre pour le service de connexion.",
            en=f"Port {port} of 127.0.0.1 is not free for the log-in service.",
        ),
        Text(
            fr="Arrêtez le programme qui l'occupe, ou choisissez un autre port.",
            en="Stop the program that uses it, or choose another port.",
        ),
    )


def _will_not_start(said: str) -> EnvironmentUnfit:
    return EnvironmentUnfit(
        "demo.provider_will_not_start",
        Text(
            fr=f"Le service de connexion de la démonstration n'a pas démarré. Il dit :\n{said}\n",
            en=f"The demonstration's log-in service did not start. It says:\n{said}\n",
        ),
        Text(
            fr="Tapez : make install, puis recommencez.", en="Type: make install, then try again."
        ),
    )
