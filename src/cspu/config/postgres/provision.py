"""From a server to a database ready for work: owner, database, migrations, roles with logins."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import psycopg
from psycopg import sql

from cspu.config.postgres.addresses import (
    DATABASE,
    LOGINS,
    Address,
    address_of,
    embedded_cluster,
    superuser_address,
)
from cspu.config.postgres.cluster import Cluster
from cspu.kernel.errors import EnvironmentUnfit
from cspu.kernel.text import Text

_OLDEST_SERVER = 180000
_MIGRATION_LOCK = 0x43535055
"""Key of the advisory lock held while migrating ("CSPU" in ASCII)."""


@contextmanager
def running_database() -> Iterator[Sequence[int]]:
    """A server that answers for the length of a command; ours stops after its last user.

    Gives the descriptors that a process which outlives us inherits, to be a user too.
    """
    cluster = embedded_cluster()
    if cluster is None:
        yield ()
        return
    with cluster.used() as users:
        yield (users,)


def provision() -> None:
    """Bring this installation's database up to date. Safe at any time, even twice at once."""
    cluster = embedded_cluster()
    if cluster:
        create_owner(cluster)
        create_database(cluster, DATABASE)
    owner = address_of("owner")
    with connected(owner) as connection:
        require_recent_server(connection)
        connection.execute("SELECT pg_advisory_lock(%s)", [_MIGRATION_LOCK])
        _migrate()
        try:
            open_roles(connection, {role: address_of(role) for role in ("batch", "login", "web")})
        except psycopg.errors.InsufficientPrivilege as error:
            raise _roles_of_another() from error


def create_owner(cluster: Cluster) -> None:
    """The role that owns everything and runs migrations: no superuser."""
    password = cluster.password("owner") or ""
    with connected(superuser_address(cluster)) as connection:
        rights = sql.SQL("LOGIN CREATEDB CREATEROLE NOSUPERUSER PASSWORD {}")
        known = connection.execute(
            "SELECT 1 FROM pg_roles WHERE rolname = %s", [LOGINS["owner"]]
        ).fetchone()
        if not known:
            verifier = _verifier(connection, password, LOGINS["owner"])
            statement = sql.SQL("CREATE ROLE {} ").format(sql.Identifier(LOGINS["owner"]))
            connection.execute(statement + rights.format(sql.Literal(verifier)))


def create_database(cluster: Cluster, name: str) -> None:
    """A database of the owner's, unless it is there."""
    with connected(superuser_address(cluster)) as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            return
        statement = sql.SQL("CREATE DATABASE {} OWNER {}")
        connection.execute(statement.format(sql.Identifier(name), sql.Identifier(LOGINS["owner"])))


def open_roles(connection: psycopg.Connection, addresses: dict[str, Address]) -> None:
    """Let the roles made by the first migration log in, with the passwords we keep."""
    database = sql.Identifier(connection.info.dbname)
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
    for purpose, address in addresses.items():
        name = address.parameters["user"]
        role = sql.Identifier(name)
        verifier = _verifier(connection, address.parameters["password"], name)
        connection.execute(
            sql.SQL("ALTER ROLE {} LOGIN PASSWORD {}").format(role, sql.Literal(verifier))
        )
        connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, role))
        if purpose == "batch":  # commands stage what they write in temporary tables
            connection.execute(
                sql.SQL("GRANT TEMPORARY ON DATABASE {} TO {}").format(database, role)
            )


@contextmanager
def connected(address: Address) -> Iterator[psycopg.Connection]:
    """A plain connection, every statement its own transaction; refusals in plain words."""
    try:
        connection = psycopg.connect(address.conninfo(), autocommit=True)
    except psycopg.OperationalError as error:
        raise EnvironmentUnfit(
            "database.unreachable",
            Text(
                fr=f"La base ne répond pas ({address.shown()}).",
                en=f"The database does not answer ({address.shown()}).",
            ),
            Text(
                fr="Lancez « cspu db start », ou vérifiez CSPU_DATABASE_URL.",
                en="Run `cspu db start`, or check CSPU_DATABASE_URL.",
            ),
        ) from error
    with connection:
        yield connection


def require_recent_server(connection: psycopg.Connection) -> None:
    """Refuse a server older than PostgreSQL 18."""
    if connection.info.server_version >= _OLDEST_SERVER:
        return
    major = connection.info.server_version // 10000
    raise EnvironmentUnfit(
        "database.too_old",
        Text(
            fr=f"Ce serveur est un PostgreSQL {major} ; CSPU demande la version 18.",
            en=f"This server is PostgreSQL {major}; CSPU needs version 18.",
        ),
        Text(
            fr="Donnez un autre serveur, ou enlevez CSPU_DATABASE_URL : CSPU apporte le sien.",
            en="Give another server, or remove CSPU_DATABASE_URL: CSPU brings its own.",
        ),
    )


def _roles_of_another() -> EnvironmentUnfit:
    names = ", ".join(LOGINS[role] for role in ("batch", "login", "web"))
    return EnvironmentUnfit(
        "database.other_roles",
        Text(
            fr=f"Les rôles {names} de ce serveur sont à un autre propriétaire.",
            en=f"The roles {names} of this server belong to another owner.",
        ),
        Text(
            fr="Donnez par CSPU_DATABASE_URL le rôle qui les a créés (CREATEROLE), ou un autre serveur.",
            en="Name in CSPU_DATABASE_URL the role that made them (CREATEROLE), or another server.",
        ),
    )


def _verifier(connection: psycopg.Connection, password: str, user: str) -> str:
    """The SCRAM verifier of a password: the password itself never reaches the server or its log."""
    encrypted = connection.pgconn.encrypt_password(
        password.encode(), user.encode(), b"scram-sha-256"
    )
    return encrypted.decode()


def _migrate() -> None:
    """Run the migrations in a process of their own: this one may have another role's settings."""
    command = [sys.executable, "-m", "django", "migrate", "--no-input", "--skip-checks", "-v", "0"]
    environment = {
        **os.environ,
        "CSPU_DATABASE_ROLE": "owner",
        "DJANGO_SETTINGS_MODULE": "cspu.config.settings",
    }
    done = subprocess.run(command, check=False, env=environment, capture_output=True, text=True)
    if done.returncode == 0:
        return
    raise EnvironmentUnfit(
        "database.migration_failed",
        Text(
            fr=f"La mise à jour de la base a échoué :\n{done.stderr[-1500:]}",
            en=f"Updating the database failed:\n{done.stderr[-1500:]}",
        ),
        Text(
            fr="Rien n'a été changé par l'étape en échec. Corrigez la cause et relancez.",
            en="The failed step changed nothing. Mend the cause and run again.",
        ),
    )
