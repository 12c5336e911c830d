"""`cspu people`: made-up populations, identity keys."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Annotated

import typer

from cspu.cli.options import Json
from cspu.cli.output import notice, print_rows, progress, say
from cspu.cli.session import treatment
from cspu.demo import population
from cspu.demo.population import Population
from cspu.people import rotation
from cspu.people.keys import installed_keyring
from cspu.trust.rotation import rotate_second_factors

app = typer.Typer(no_args_is_help=True, help=say("Les personnes.", "Persons."))


@app.command(
    help=say(
        "Fabrique une population : même graine, mêmes personnes. "
        "Exemple : cspu people generate --persons 1000 --seed 7 --until 2026-12",
        "Make up a population: same seed, same people. "
        "Example: cspu people generate --persons 1000 --seed 7 --until 2026-12",
    )
)
def generate(
    *,
    persons: Annotated[int, typer.Option(min=1, max=1_000_000, help=say("Combien.", "How many."))],
    seed: Annotated[int, typer.Option(min=0, help=say("Graine du hasard.", "Random seed."))] = 1,
    until: Annotated[
        datetime,
        typer.Option(
            formats=["%Y-%m"],
            show_default="2026-12",
            help=say("Dernier mois raconté.", "Last month told."),
        ),
    ] = datetime(2026, 12, 1),  # noqa: DTZ001  a month, not a moment
    months: Annotated[
        int, typer.Option(min=1, max=120, help=say("Nombre de mois.", "Number of months."))
    ] = 24,
    connections: Annotated[
        int, typer.Option(min=1, max=64, help=say("Connexions à la base.", "Connections."))
    ] = 2,
    as_json: Json = False,
) -> None:
    """Generate persons; the same seed gives the same persons, run again it adds nothing."""
    with treatment(
        "batch",
        "people generate",
        persons=persons,
        seed=seed,
        until=f"{until:%Y-%m}",
        months=months,
        connections=connections,
    ):
        asked = Population(persons=persons, seed=seed, until=until.date(), months=months)
        started = time.perf_counter()
        with progress(say("Personnes", "Persons"), hidden=as_json) as advance:
            drawn = population.generate(asked, connections=connections, progress=advance)
        row = {
            "persons": drawn.persons,
            "spells": drawn.spells,
            "measures": drawn.measures,
            "attributes": drawn.attributes,
            "seconds": round(time.perf_counter() - started, 1),
        }
    print_rows([row], as_json=as_json)
    if not drawn.persons:
        notice(say("Ces personnes étaient déjà là.", "These people were there already."))


@app.command(
    "rotate-keys",
    help=say(
        "Chiffre à nouveau les identités avec CSPU_IDENTITY_KEY, l'ancienne clé étant dans "
        "CSPU_IDENTITY_KEY_PREVIOUS. Exemple : cspu people rotate-keys",
        "Encrypt identities again under CSPU_IDENTITY_KEY, the former key being in "
        "CSPU_IDENTITY_KEY_PREVIOUS. Example: cspu people rotate-keys",
    ),
)
def rotate_keys(*, as_json: Json = False) -> None:
    """Seal again whatever the former key had sealed; may be stopped and run again."""
    with (
        treatment("batch", "people rotate-keys"),
        progress(say("Numéros", "Numbers"), hidden=as_json) as advance,
    ):
        numbers = rotation.rotate_keys(
            installed_keyring(), progress=lambda done: advance(done, done)
        )
        factors = rotate_second_factors(installed_keyring())
    print_rows([{"numbers": numbers, "second_factors": factors}], as_json=as_json)
