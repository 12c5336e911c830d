"""`cspu demo`: from nothing to a page, each step safe to repeat."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from functools import partial

import typer

from cspu.cli import openfisca
from cspu.cli.output import UNFIT, notice, progress, say
from cspu.cli.serve import PORT, PortOption, end, only_server, run_server
from cspu.cli.session import become, begin_treatment
from cspu.cli.settle import settle_everyone
from cspu.config.environment import data_folder, read_environment, remember_day
from cspu.config.postgres import provision, running_database
from cspu.config.providers import as_environment
from cspu.config.static import collect_assets
from cspu.demo.choices import choices_are_made
from cspu.demo.happenings import tell
from cspu.demo.logins import identities_of
from cspu.demo.operations import load_people
from cspu.demo.personas import Cast, read_cast
from cspu.demo.provider import running_provider
from cspu.demo.story import read_story
from cspu.economy.debts import recover_all
from cspu.economy.uses import catch_up_all
from cspu.kernel.text import Text
from cspu.trust.oidc import Provider


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the demonstration: what the operator reads, and the call that does it."""

    label: Text
    act: Callable[[], object]


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
    cast = read_cast()
    with only_server(port) as (lock, listener), ExitStack() as stack:
        remember_day(data_folder(), cast.today)
        read_environment()
        server = partial(stack.enter_context, running_database())
        found: list[Provider] = []
        _prepare(
            [
                Step(Text(fr="Serveur PostgreSQL", en="PostgreSQL server"), server),
                Step(Text(fr="Tables et rôles", en="Tables and roles"), _provision_then_be_batch),
                *_domain_steps(cast),
                Step(Text(fr="Fichiers de la page", en="The page's files"), collect_assets),
                Step(
                    Text(fr="Service de connexion", en="Log-in service"),
                    partial(_open_provider, stack, cast, found),
                ),
            ]
        )
        stack.enter_context(openfisca.beside())
        run_server(
            lock,
            listener,
            when_ready=partial(_announce, cast),
            environ=as_environment({each.key: each for each in found}),
        )


def _open_provider(stack: ExitStack, cast: Cast, found: list[Provider]) -> None:
    """A real OpenID provider on loopback: people log in by the path they would really take."""
    loopback = "http://127.0.0.1"
    provider = stack.enter_context(
        running_provider(
            identities_of(cast),
            callbacks=[f"{loopback}/connexion/retour/"],
            after_logout=[f"{loopback}/connexion/au-revoir/"],
        )
    )
    found += [provider.france_connect, provider.pro_connect]


def _provision_then_be_batch() -> None:
    """Migrate as the owner, in a process of its own; the steps that follow are a command's."""
    provision()
    become("batch")


def _domain_steps(cast: Cast) -> Sequence[Step]:
    """Law, people and their declarations, what they did, settlement: each a call into its room."""
    return (
        Step(Text(fr="Textes de loi", en="Texts of law"), _load_law),
        Step(Text(fr="Personnes et déclarations", en="People and declarations"), _load_people),
        Step(Text(fr="Premiers choix des personnes", en="People's first choices"), _choose),
        Step(Text(fr="Premiers usages", en="First uses"), partial(_tell, cast)),
        Step(Text(fr="Calcul des droits", en="Settlement"), partial(_settle, cast.today)),
        Step(Text(fr="Échéances et dettes", en="Terms and debts"), partial(_catch_up, cast.today)),
    )


def _load_law() -> None:
    """Enacting and publishing are the owner's: processes of their own, as for migrations."""
    _run("owner", "cspu", "law", "load", "--json")
    _run("owner", "cspu.cli.first_rules")


def _load_people() -> None:
    """What was said by the day of the first uses; what was said later comes after them."""
    begin_treatment("demo people")
    until = read_story(read_cast()).acts_on
    with progress(say("Déclarations", "Declarations")) as advance:
        load_people(data_folder() / "declarations", until=until, progress=advance)


def _choose() -> None:
    """Consents are given by requests alone: a process of its own, as for enacting."""
    if choices_are_made(read_cast()):
        return
    begin_treatment("demo choices")
    _as_a_request("cspu.cli.first_choices")


def _tell(cast: Cast) -> None:
    """What some of them did before the day the demonstration lives on."""
    tell(cast, settle=_settle_unseen, act=partial(_as_a_request, "cspu.cli.first_acts"))


def _settle_unseen(day: date) -> None:
    """Too short to be worth a progress bar."""
    begin_treatment("settle", as_of=day)
    settle_everyone(day, lambda _done, _total: None)


def _catch_up(day: date) -> None:
    """As `cspu economy catch-up` does every night."""
    begin_treatment("economy catch-up", on=day)
    catch_up_all(on=day)
    recover_all(on=day)


def _as_a_request(module: str) -> None:
    _run("web", module)


def _run(role: str, *module: str) -> None:
    """A step of its own process, which says itself what is wrong; Ctrl-C ends it without a word."""
    child = subprocess.Popen(
        [sys.executable, "-m", *module],
        stdout=subprocess.DEVNULL,
        env={**os.environ, "CSPU_DATABASE_ROLE": role},
        start_new_session=True,
    )
    try:
        code = child.wait()
    finally:
        end(child)
    if code:
        raise typer.Exit(max(code, 0) or UNFIT)


def _settle(day: date) -> None:
    begin_treatment("settle", as_of=day)
    with progress(say("Personnes", "Persons")) as advance:
        settle_everyone(day, advance)


def _prepare(steps: Sequence[Step]) -> None:
    for number, step in enumerate(steps, start=1):
        label = f"[{number}/{len(steps)}] {say(step.label.fr, step.label.en)}"
        notice(label)
        step.act()


def _announce(cast: Cast, address: str) -> None:
    for persona in cast.personas:
        sentence = persona.sentence
        notice(f"  {persona.given_names.split()[0]} — {say(sentence.fr, sentence.en)}")
    notice(say(f"Ouvrez {address} (Ctrl-C arrête tout).", f"Open {address} (Ctrl-C stops it all)."))
