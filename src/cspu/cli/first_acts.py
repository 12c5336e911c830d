"""A process of its own for the demonstration's first acts, which are done as a request does them."""

from __future__ import annotations

import psycopg

from cspu.cli.session import become
from cspu.config.postgres.addresses import address_of
from cspu.demo.acting import act_out
from cspu.demo.personas import read_cast
from cspu.trust.logins import LoginDesk


def main() -> None:
    """Under the role of a request; the log-in role opens the sessions."""
    become("web")
    login = address_of("login").conninfo()
    act_out(read_cast(), LoginDesk(lambda: psycopg.connect(login)))


if __name__ == "__main__":
    main()
