"""Which server each role connects to, and as whom."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from cspu.config.environment import DatabaseRole, data_folder
from cspu.config.postgres.cluster import SUPERUSER, Cluster
from cspu.config.secrets import new_password, write_private_once
from cspu.kernel.errors import EnvironmentUnfit
from cspu.kernel.text import Text

DATABASE = "cspu"
LOGINS: Mapping[DatabaseRole, str] = {
    "owner": "cspu_owner",
    "batch": "cspu_batch",
    "web": "cspu_web",
    "login": "cspu_login",
}


@dataclass(frozen=True, slots=True)
class Address:
    """Everything libpq needs; printing it never shows the password."""

    parameters: Mapping[str, str]

    def __repr__(self) -> str:
        return f"Address({self.shown()})"

    def shown(self) -> str:
        """The address without its password."""
        return make_conninfo("", **{k: v for k, v in self.parameters.items() if k != "password"})

    def conninfo(self) -> str:
        """The address for `psycopg.connect`."""
        return make_conninfo("", **self.parameters)

    def to(self, database: str) -> Address:
        """The same server and role, another database."""
        return Address({**self.parameters, "dbname": database})

    def django(self) -> dict[str, Any]:
        """The address as an entry of Django's DATABASES.

        Values go beside the statement, never in it: the server reads a statement once, whoever it is about.
        """
        rest = dict(self.parameters)
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": rest.pop("dbname", DATABASE),
            "USER": rest.pop("user", ""),
            "PASSWORD": rest.pop("password", ""),
            "HOST": rest.pop("host", ""),
            "PORT": rest.pop("port", ""),
            "OPTIONS": {**rest, "server_side_binding": True},
        }


def embedded_cluster(environ: Mapping[str, str] = os.environ) -> Cluster | None:
    """The embedded server of this installation, or None when another one was chosen."""
    if any(name.startswith("CSPU_DATABASE_") and name.endswith("URL") for name in environ):
        return None
    return Cluster(data_folder(environ) / "postgres")


def address_of(role: DatabaseRole, environ: Mapping[str, str] = os.environ) -> Address:
    """The address a role connects to."""
    name = f"CSPU_DATABASE_{role.upper()}_URL"
    if environ.get(name):
        return _parsed(name, environ)
    cluster = embedded_cluster(environ)
    if cluster is not None:
        return embedded_address(cluster, LOGINS[role], cluster.password(role))
    owner = _parsed("CSPU_DATABASE_URL", environ)
    if role == "owner":
        return owner
    login = {"user": LOGINS[role], "password": _password_elsewhere(role, environ)}
    return Address({**owner.parameters, **login})


def superuser_address(cluster: Cluster) -> Address:
    """The embedded server's superuser: makes the owner and the database, nothing else."""
    return embedded_address(cluster, SUPERUSER, cluster.password(SUPERUSER)).to("postgres")


def embedded_address(cluster: Cluster, user: str, password: str | None) -> Address:
    """The address of a role of an embedded server."""
    place = {
        "host": str(cluster.socket_folder),
        "port": str(cluster.port),
        "dbname": DATABASE,
    }
    return Address({**place, "user": user, "password": password or ""})


def _parsed(name: str, environ: Mapping[str, str]) -> Address:
    try:
        parameters = conninfo_to_dict(environ.get(name, ""))
    except psycopg.ProgrammingError:
        # Not its words: they would show the address, and the password in it.
        raise EnvironmentUnfit(
            "environment.malformed",
            Text(fr=f"{name} n'a pas la forme attendue.", en=f"{name} is not what is expected."),
            Text(
                fr="Attendu : postgresql://rôle:mot-de-passe@machine:5432/base, signes spéciaux codés en %.",
                en="Expected: postgresql://role:password@machine:5432/database, special signs as %.",
            ),
        ) from None
    return Address({key: str(value) for key, value in parameters.items() if value})


def _password_elsewhere(role: DatabaseRole, environ: Mapping[str, str]) -> str:
    """Passwords we gave to our roles on a server that is not ours."""
    path = data_folder(environ) / "roles.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    write_private_once(path, {role: new_password() for role in ("web", "login", "batch")})
    return str(json.loads(path.read_text(encoding="utf-8"))[role])
