"""A process of its own for the demonstration's first choices, which are made as a request makes them."""

from __future__ import annotations

import psycopg

from cspu.cli.session import become
from cspu.config.postgres.addresses import address_of
from cspu.demo.choices import make_choices
from cspu.demo.personas import read_cast
from cspu.trust.logins import LoginDesk


def main() -> None:
    """Under the role of a request; the log-in role opens the sessions."""
    become("web")
    login = address_of("login").conninfo()
    make_choices(read_cast(), LoginDesk(lambda: psycopg.connect(login)))


if __name__ == "__main__":
    main()
