"""`cspu db`: the embedded PostgreSQL server of this installation."""

from __future__ import annotations

import os
from dataclasses import asdict
from typing import Annotated

import typer

from cspu.cli.options import Json
from cspu.cli.output import REFUSED, notice, print_json, say
from cspu.config.environment import DatabaseRole, read_environment
from cspu.config.postgres import Cluster, address_of, embedded_cluster, provision
from cspu.config.postgres.binaries import programs_for, server_account
from cspu.config.secrets import new_secrets
from cspu.kernel.errors import EnvironmentUnfit
from cspu.kernel.text import Text

app = typer.Typer(
    no_args_is_help=True,
    help=say(
        "La base de données : démarrer, arrêter, regarder.",
        "The database: start it, stop it, look at it.",
    ),
)


def _embedded() -> Cluster:
    cluster = embedded_cluster()
    if cluster is None:
        raise EnvironmentUnfit(
            "postgres.not_ours",
            Text(
                fr="CSPU_DATABASE_URL désigne un serveur qui n'est pas le nôtre.",
                en="CSPU_DATABASE_URL names a server that is not ours.",
            ),
            Text(
                fr="Démarrez-le et arrêtez-le par ses propres moyens.",
                en="Start and stop it by its own means.",
            ),
        )
    return cluster


@app.command(
    help=say(
        "Démarre le serveur et met la base à jour. Exemple : cspu db start --tcp 5433",
        "Start the server and bring the database up to date. Example: cspu db start --tcp 5433",
    )
)
def start(
    tcp: Annotated[
        int | None,
        typer.Option(
            min=1024,
            max=65535,
            help=say(
                "Écoute aussi sur ce port de 127.0.0.1 (sinon : socket seulement).",
                "Listen on this port of 127.0.0.1 too (otherwise: socket only).",
            ),
        ),
    ] = None,
) -> None:
    """Start and provision; a server that is not ours is only provisioned."""
    read_environment()
    cluster = embedded_cluster()
    if cluster is None:
        provision()
        notice(say("Base à jour.", "Database up to date."))
        return
    started = cluster.start(tcp_port=tcp)
    cluster.keep()
    provision()
    status = cluster.status()
    if started:
        notice(say(f"Base démarrée ({status.pid}).", f"Database started ({status.pid})."))
    else:
        notice(say(f"Base déjà en marche ({status.pid}).", f"Already running ({status.pid})."))


@app.command(
    help=say("Arrête le serveur proprement. Exemple : cspu db stop", "Stop the server cleanly.")
)
def stop() -> None:
    """Stop."""
    if _embedded().stop():
        notice(say("Base arrêtée.", "Database stopped."))
    else:
        notice(say("La base ne tournait pas.", "The database was not running."))


@app.command(
    help=say(
        "Dit si le serveur tourne (code 0) ou non (code 1). Exemple : cspu db status --json",
        "Say whether the server runs (exit 0) or not (exit 1). Example: cspu db status --json",
    )
)
def status(
    *,
    as_json: Json = False,
) -> None:
    """Show where the server is."""
    found = _embedded().status()
    if as_json:
        print_json(found)
    elif found.running:
        typer.echo(
            say(
                f"En marche : processus {found.pid}, PostgreSQL {found.version}, {found.home}",
                f"Running: process {found.pid}, PostgreSQL {found.version}, {found.home}",
            )
        )
    else:
        typer.echo(say(f"Arrêtée : {found.home}", f"Stopped: {found.home}"))
    raise typer.Exit(0 if found.running else REFUSED)


@app.command(
    help=say(
        "Ouvre psql sous un rôle. Exemple : cspu db shell --role web",
        "Open psql as a role. Example: cspu db shell --role web",
    )
)
def shell(
    role: Annotated[
        DatabaseRole,
        typer.Option(help=say("Rôle de la session.", "Role of the session.")),
    ] = "owner",
) -> None:
    """Replace this process by psql; the password travels by the environment, not the command."""
    address = address_of(role)
    psql = programs_for(server_account()) / "psql"
    environment = {**os.environ, "PGPASSWORD": address.parameters.get("password", "")}
    os.execve(psql, [str(psql), address.shown()], environment)  # noqa: S606


@app.command(
    help=say(
        "Propose des secrets neufs pour un vrai serveur. Exemple : cspu db secrets >> prod.env",
        "Offer fresh secrets for a real server. Example: cspu db secrets >> prod.env",
    )
)
def secrets() -> None:
    """Print secrets, as lines of an environment file."""
    fresh = new_secrets()
    for name, value in asdict(fresh).items():
        typer.echo(f"CSPU_{name.upper()}={value}")
