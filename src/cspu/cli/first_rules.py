"""A process of its own for the rules of the demonstration's employers: publishing is the owner's."""

from __future__ import annotations

from cspu.cli.session import become
from cspu.demo.rules import publish


def main() -> None:
    """Under the role of the owner."""
    become("owner")
    publish()


if __name__ == "__main__":
    main()
