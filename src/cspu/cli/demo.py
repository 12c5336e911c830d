"""`cspu demo`: from nothing to a page, each step safe to repeat."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial

import typer
from rich.console import Console

from cspu.cli.output import notice, say
from cspu.cli.serve import PORT, PortOption, only_server, run_server
from cspu.cli.session import become
from cspu.config.environment import read_environment
from cspu.config.postgres import provision, running_database
from cspu.config.static import collect_assets
from cspu.kernel.text import Text


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the demonstration: what the operator reads, and the call that does it."""

    label: Text
    act: Callable[[], object]


@dataclass(frozen=True, slots=True)
class DemoIdentity:
    """Somebody to log in as, and why she is worth a look."""

    name: str
    story: Text


def register(app: typer.Typer) -> None:
    """Add `cspu demo`."""
    app.command(
        help=say(
            "Prépare une démonstration complète et la sert. Exemple : cspu demo --port 8080",
            "Prepare a whole demonstration and serve it. Example: cspu demo --port 8080",
        )
    )(demo)


def demo(port: PortOption = PORT) -> None:
    """Prepare what is missing, then serve. Run again, it keeps everything."""
    os.environ["CSPU_DEMO"] = "1"
    read_environment()
    with only_server(port) as (lock, listener), ExitStack() as stack:
        server = partial(stack.enter_context, running_database())
        _prepare(
            [
                Step(Text(fr="Serveur PostgreSQL", en="PostgreSQL server"), server),
                Step(Text(fr="Tables et rôles", en="Tables and roles"), _provision_then_be_batch),
                *domain_steps(),
                Step(Text(fr="Fichiers de la page", en="The page's files"), collect_assets),
            ]
        )
        run_server(lock, listener, when_ready=_announce)


def _provision_then_be_batch() -> None:
    """Migrate as the owner, in a process of its own; the steps that follow are a command's."""
    provision()
    become("batch")


def domain_steps() -> Sequence[Step]:
    """Law, population, declarations, settlement: each a call into its room."""
    return ()


def demo_identities() -> Sequence[DemoIdentity]:
    """The persons of the demonstration."""
    return ()


def _prepare(steps: Sequence[Step]) -> None:
    console = Console(stderr=True)
    for number, step in enumerate(steps, start=1):
        label = f"[{number}/{len(steps)}] {say(step.label.fr, step.label.en)}"
        with console.status(label):
            step.act()
        notice(f"✓ {label}")


def _announce(address: str) -> None:
    for identity in demo_identities():
        notice(f"  {identity.name} — {say(identity.story.fr, identity.story.en)}")
    notice(say(f"Ouvrez {address} (Ctrl-C arrête tout).", f"Open {address} (Ctrl-C stops it all)."))
