"""One PostgreSQL server of ours: made, started, stopped, and found again after any accident.

    <home>/data               PostgreSQL's own folder
    <home>/credentials.json   passwords of the roles, readable by their owner alone
    <home>/run                the socket (elsewhere when this path is too long for one)

# Note [a server that was killed]
`kill -9` of the postmaster leaves `postmaster.pid` and, for a moment, its children. PostgreSQL
removes a stale file by itself, except when the number in it now belongs to some other program of
the same user, or to a dead process nobody has reaped; and it refuses to start while a child still
holds the old shared memory. So before starting we look at what the number really is (a postgres
whose working folder is our data folder, or not), end the orphans, and only then remove the file
and the socket, which nobody else uses. All of it under one lock.

# Note [who stops the server]
Whoever works with the server holds `<folder>.users` shared; the last to leave stops it, whoever
started it. So two commands at once do not lose it when the first ends, and what a killed command
left running is stopped by the next one: a lock ends with its process, however that died. A server
that `keep` was said of runs on until `stop`: `<folder>.kept` holds its number.
"""

from __future__ import annotations

import json
import os
import select
import signal
import stat
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fcntl import LOCK_EX, LOCK_NB, LOCK_SH, flock
from hashlib import sha256
from pathlib import Path

from cspu.config.postgres.binaries import Account, home_for, programs_for, server_account
from cspu.config.postgres.tuning import USUAL_PORT, rendered, server_settings
from cspu.config.secrets import new_password, write_private, write_private_once
from cspu.kernel.errors import EnvironmentUnfit
from cspu.kernel.text import Text

SUPERUSER = "postgres"
_PASSWORDS = (SUPERUSER, "owner", "batch", "login", "web")
_PORT_LINE = 3
_SOCKET_PATH_LIMIT = 107
_SOCKET_NAME = len("/.s.PGSQL.65535.lock")
_START_SECONDS = 60
_STOP_SECONDS = 60


@dataclass(frozen=True, slots=True)
class ClusterStatus:
    """What `cspu db status` shows."""

    running: bool
    pid: int | None
    home: Path
    socket_folder: Path
    version: str | None


class Cluster:
    """The embedded server whose files live behind `folder`."""

    def __init__(self, folder: Path, overrides: dict[str, str] | None = None) -> None:
        """Name a cluster; nothing is touched until `start`. `overrides` are server settings."""
        self.folder = folder
        self._overrides = overrides or {}

    @property
    def home(self) -> Path:
        """The real folder (root's may be a link to a place its system user can reach)."""
        return self.folder.resolve()

    @property
    def data(self) -> Path:
        """PostgreSQL's data folder."""
        return self.home / "data"

    @property
    def socket_folder(self) -> Path:
        """Where the socket is: a path short enough for the kernel, always the same."""
        nearby = self.home / "run"
        if len(str(nearby)) + _SOCKET_NAME <= _SOCKET_PATH_LIMIT:
            return nearby
        return Path("/tmp") / f"cspu-{sha256(str(self.home).encode()).hexdigest()[:16]}"  # noqa: S108

    @property
    def port(self) -> int:
        """The port of the running server, which also names its socket; the usual one otherwise."""
        lines = (_read(self.data / "postmaster.pid") or "").splitlines()
        return int(lines[_PORT_LINE]) if len(lines) > _PORT_LINE else USUAL_PORT

    def password(self, role: str) -> str | None:
        """The stored password of a database role, or None while the cluster does not exist."""
        try:
            credentials = json.loads((self.home / "credentials.json").read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        except PermissionError:
            raise _belongs_to_another(self.home) from None
        if role not in credentials:  # a role younger than this cluster
            credentials[role] = new_password()
            write_private(self.home / "credentials.json", credentials)
        return str(credentials[role])

    def status(self) -> ClusterStatus:
        """Whether the server runs, and where."""
        pid = self._postmaster()
        version = _read(self.data / "PG_VERSION")
        return ClusterStatus(pid is not None, pid, self.home, self.socket_folder, version)

    def start(self, *, tcp_port: int | None = None) -> bool:
        """Make the cluster if need be and start it; False when it was running already."""
        with self._locked():
            if self._postmaster() is not None:
                return False
            account = server_account()
            programs = programs_for(account)
            home_for(account, self.folder)
            account.own(self.home)
            self._make(account, programs)
            self._clear_remains()
            self._write_settings(account, tcp_port)
            self._launch(account, programs)
            return True

    @contextmanager
    def used(self) -> Iterator[int]:
        """The server, running for the length of a piece of work. See note [who stops the server].

        Gives a descriptor: a process that inherits it uses the server too.
        """
        users = self._lock_file("users")
        try:
            flock(users, LOCK_SH)
            self.start()
            yield users
        finally:
            if _is_last(users) and not self._kept():
                self.stop()
            os.close(users)

    def keep(self) -> None:
        """Let the server that runs now run on without users, until `stop`."""
        self._beside("kept").write_text(str(self._postmaster() or ""), encoding="utf-8")

    def _kept(self) -> bool:
        pid = self._postmaster()
        return pid is not None and _read(self._beside("kept")) == str(pid)

    def stop(self) -> bool:
        """Stop the server cleanly (open transactions are rolled back); False when none ran."""
        with self._locked():
            pid = self._postmaster()
            if pid is None:
                return False
            os.kill(pid, signal.SIGINT)
            if not _gone_within(pid, _STOP_SECONDS):
                raise EnvironmentUnfit(
                    "postgres.will_not_stop",
                    Text(
                        fr=f"PostgreSQL (processus {pid}) ne s'arrête pas.",
                        en=f"PostgreSQL (process {pid}) does not stop.",
                    ),
                    Text(
                        fr=f"Son journal : {self.data / 'log'}", en=f"Its log: {self.data / 'log'}"
                    ),
                )
            return True

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """One command at a time may make, start or stop this cluster."""
        lock = self._lock_file("lock")
        try:
            flock(lock, LOCK_EX)
            yield
        finally:
            os.close(lock)

    def _lock_file(self, name: str) -> int:
        try:
            self.folder.parent.mkdir(parents=True, exist_ok=True)
            return os.open(self._beside(name), os.O_RDWR | os.O_CREAT, 0o600)
        except PermissionError:
            raise _belongs_to_another(self.folder.parent) from None

    def _beside(self, name: str) -> Path:
        return self.folder.with_suffix(f".{name}")

    def _make(self, account: Account, programs: Path) -> None:
        if (self.data / "PG_VERSION").exists():
            return
        passwords = {role: new_password() for role in _PASSWORDS}
        write_private_once(self.home / "credentials.json", passwords)
        password_file = self.home / "first-password"
        password_file.unlink(missing_ok=True)
        write_private_once(password_file, {})
        password_file.write_text(f"{self.password(SUPERUSER)}\n", encoding="utf-8")
        account.own(password_file)
        command: list[Path | str] = [programs / "initdb", "-D", self.data, "-U", SUPERUSER]
        command += ["--pwfile", password_file]
        command += ["--auth=scram-sha-256", "--data-checksums", "--encoding=UTF8", "--locale=C"]
        command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        try:
            self._run(account, command)
        finally:
            password_file.unlink()

    def _write_settings(self, account: Account, tcp_port: int | None) -> None:
        folder = self.socket_folder
        folder.mkdir(mode=0o711, exist_ok=True)
        _refuse_planted(folder, account)
        account.own(folder)
        main, ours = self.data / "postgresql.conf", self.data / "conf.d"
        include = "include_dir = 'conf.d'"
        if include not in main.read_text(encoding="utf-8"):
            with main.open("a", encoding="utf-8") as file:
                file.write(f"\n{include}\n")
        ours.mkdir(exist_ok=True)
        settings = {**server_settings(folder, self.data, tcp_port), **self._overrides}
        (ours / "10-cspu.conf").write_text(rendered(settings), encoding="utf-8")
        account.own(ours)
        account.own(ours / "10-cspu.conf")

    def _launch(self, account: Account, programs: Path) -> None:
        command: list[Path | str] = [programs / "pg_ctl", "start", "-D", self.data, "-w"]
        command += ["-t", str(_START_SECONDS), "-l", self.data / "start.log"]
        self._run(account, command)

    def _run(self, account: Account, command: list[Path | str]) -> None:
        """Run a program of PostgreSQL, in a session of its own so that Ctrl-C does not reach it."""
        with (self.home / "last-command.log").open("w+", encoding="utf-8") as log:
            done = subprocess.run(
                [str(part) for part in command],
                check=False,
                cwd=self.home,
                env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                **account.run_options(),
            )
            if done.returncode == 0:
                return
            log.seek(0)
            said = (log.read() + (_read(self.data / "start.log") or ""))[-1500:]
        raise EnvironmentUnfit(
            "postgres.will_not_start",
            Text(
                fr=f"PostgreSQL n'a pas démarré. Il dit :\n{said}\n",
                en=f"PostgreSQL did not start. It says:\n{said}\n",
            ),
            Text(fr=f"Ses fichiers : {self.home}", en=f"Its files: {self.home}"),
        )

    def _postmaster(self) -> int | None:
        """The pid of our running server, told from a stale file by what the process really is."""
        try:
            first_line = (_read(self.data / "postmaster.pid") or "").partition("\n")[0]
        except PermissionError:
            raise _belongs_to_another(self.data) from None
        pid = abs(int(first_line)) if first_line.lstrip("-").isdigit() else None
        return pid if pid is not None and self._is_ours(pid) else None

    def _is_ours(self, pid: int) -> bool:
        try:
            working = Path(f"/proc/{pid}/cwd").readlink()
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            return False
        return working == self.data and b"postgres" in command

    def _clear_remains(self) -> None:
        """See note [a server that was killed]."""
        orphans = [
            int(entry.name)
            for entry in Path("/proc").iterdir()
            if entry.name.isdigit() and self._is_ours(int(entry.name))
        ]
        for pid in orphans:
            _kill(pid)
        for pid in orphans:
            _gone_within(pid, _STOP_SECONDS)
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        for remain in self.socket_folder.glob(".s.PGSQL.*"):
            remain.unlink()


def _read(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return None


def _is_last(lock: int) -> bool:
    """Whether nobody else holds a lock that we hold shared; it is ours alone from then on."""
    try:
        flock(lock, LOCK_EX | LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _gone_within(pid: int, seconds: float) -> bool:
    """Wait for a process to end, woken by the kernel rather than by a clock."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        poller = select.poll()
        poller.register(descriptor, select.POLLIN)
        return bool(poller.poll(seconds * 1000))
    finally:
        os.close(descriptor)


def _refuse_planted(folder: Path, account: Account) -> None:
    """A socket folder made by somebody else could listen in our place."""
    found = folder.lstat()
    expected = {os.geteuid(), account.uid if account.uid is not None else os.geteuid()}
    if stat.S_ISDIR(found.st_mode) and found.st_uid in expected:
        return
    raise _belongs_to_another(folder)


def _belongs_to_another(path: Path) -> EnvironmentUnfit:
    return EnvironmentUnfit(
        "postgres.other_owner",
        Text(
            fr=f"Le dossier {path} appartient à un autre utilisateur.",
            en=f"The folder {path} belongs to another user.",
        ),
        Text(
            fr="Reprenez le compte qui l'a créé, ou donnez un autre dossier par CSPU_DATA.",
            en="Use the account that made it, or give another folder with CSPU_DATA.",
        ),
    )
