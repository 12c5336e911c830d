"""`cspu economy`: who may be paid, a payee's word, top-ups, and what time ends."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from cspu.cli.options import Day, Json, Siret, day_of, today
from cspu.cli.output import notice, print_rows, say
from cspu.cli.session import WITHHELD, treatment
from cspu.economy import debts, top_ups, uses
from cspu.economy.errors import ActRefused, act_refused
from cspu.entitlement.in_force import law_in_force
from cspu.kernel.amounts import parse_amount
from cspu.kernel.errors import CspuError
from cspu.kernel.ids import PersonId
from cspu.kernel.text import Text
from cspu.people.organisations import DeclaredOrganisation, organisation_id, register_organisations

app = typer.Typer(
    no_args_is_help=True, help=say("L'usage des droits.", "What is done with rights.")
)
payees = typer.Typer(no_args_is_help=True, help=say("Qui peut être payé.", "Who may be paid."))
app.add_typer(payees, name="payees")

Use = Annotated[str, typer.Argument(help=say("L’usage, par son code.", "The use, by its code."))]


@payees.command(
    "add",
    help=say(
        "Agrée un organisme pour un usage. "
        "Exemple : cspu economy payees add training_course 00012345600017 --name « École des métiers »",
        "Accredit a body for a use. "
        "Example: cspu economy payees add training_course 00012345600017 --name “Trade school”",
    ),
)
def add(
    use: Use,
    siret: Siret,
    *,
    name: Annotated[str, typer.Option(help=say("Son nom.", "Its name."))] = "",
    since: Day = None,
) -> None:
    """Accredit; a body that is not known yet is registered under its name."""
    with treatment("batch", "economy payees add", since=since and since.date()):
        if name:
            register_organisations(
                [DeclaredOrganisation(siret=siret, name=name)], recorded_at=datetime.now(UTC)
            )
        uses.accredit(use, organisation_id(siret), since=day_of(since))


@payees.command(
    "end",
    help=say(
        "Met fin à un agrément. Exemple : cspu economy payees end training_course 00012345600017",
        "End an accreditation. Example: cspu economy payees end training_course 00012345600017",
    ),
)
def end(use: Use, siret: Siret, *, on: Day = None) -> None:
    """Nothing more is promised to it after that day; what is promised stays."""
    with treatment("batch", "economy payees end", on=on and on.date()):
        uses.end_accreditation(use, organisation_id(siret), last_day=day_of(on))


@payees.command(
    "list",
    help=say(
        "Liste les organismes agréés. Exemple : cspu economy payees list --use training_course",
        "List the bodies accredited. Example: cspu economy payees list --use training_course",
    ),
)
def list_payees(
    *,
    use: Annotated[str, typer.Option(help=say("Cet usage seul.", "This use alone."))] = "",
    as_json: Json = False,
) -> None:
    """By use and name, those whose accreditation is over left out."""
    with treatment("batch", "economy payees list", use=use or None):
        rows = [asdict(each) for each in uses.accreditations(on=today(), use=use)]
    print_rows(rows, as_json=as_json)
    if not rows:
        notice(say("Aucun organisme n’est agréé.", "No body is accredited."))


@app.command(
    "settle-hold",
    help=say(
        "La réponse d’un organisme sur une somme réservée : ce qui lui est dû, ou rien (--amount 0). "
        "Exemple : cspu economy settle-hold RÉFÉRENCE 00012345600017 --amount 350",
        "A body's word on an amount held for it: what is due to it, or nothing (--amount 0). "
        "Example: cspu economy settle-hold REFERENCE 00012345600017 --amount 350",
    ),
)
def settle_hold(
    reference: Annotated[UUID, typer.Argument(help=say("La référence.", "The reference."))],
    siret: Siret,
    *,
    amount: Annotated[str, typer.Option(help=say("Ce qui est dû.", "What is due."))],
    on: Day = None,
) -> None:
    """Settle in whole or in part; the rest is let go."""
    with treatment("batch", "economy settle-hold", amount=WITHHELD, on=on and on.date()):
        unit = uses.unit_of(reference)
        if not unit:
            raise act_refused("hold_unknown")
        due = parse_amount(amount, law_in_force().pack.units[unit])
        if due is None:
            raise act_refused("amount_not_whole")
        payee = organisation_id(siret)
        uses.settle(reference, payee, due.minor, by=f"payee:{payee}", on=day_of(on))


@app.command(
    "top-up",
    help=say(
        "Verse un abondement à une liste, ou à tous ceux que sa condition désigne. "
        "Exemple : cspu economy top-up mutual_training --campaign 2026 --persons liste.txt",
        "Give a top-up to a list, or to all whom its condition names. "
        "Example: cspu economy top-up mutual_training --campaign 2026 --persons list.txt",
    ),
)
def top_up(
    rule: Annotated[str, typer.Argument(help=say("La règle publiée.", "The published rule."))],
    *,
    campaign: Annotated[
        str,
        typer.Option(
            help=say(
                "Le nom de l’opération : chacun ne reçoit qu’une fois.",
                "The campaign’s name: nobody is given twice.",
            )
        ),
    ],
    persons: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            help=say(
                "Un fichier, un identifiant de personne par ligne.",
                "A file, one person’s id a line.",
            ),
        ),
    ] = None,
    everybody: Annotated[
        bool, typer.Option("--everybody", help=say("Tous ceux qui y ont droit.", "All entitled."))
    ] = False,
    on: Day = None,
    as_json: Json = False,
) -> None:
    """One transaction a person; who cannot have it is counted by reason, and run again it adds nothing."""
    if (persons is None) != everybody:
        raise _whom()
    with treatment(
        "batch",
        "economy top-up",
        rule=rule,
        campaign=campaign,
        persons=WITHHELD if persons else None,
        everybody=everybody,
        on=on and on.date(),
    ):
        day = day_of(on)
        found = _listed(persons) if persons else top_ups.entitled_persons(rule, on=day)
        counts: dict[str, int] = {"given": 0}
        for person in found:
            outcome = _give(person, rule, campaign, on=day)
            counts[outcome] = counts.get(outcome, 0) + 1
    print_rows([{"rule": rule, "on": day, **counts}], as_json=as_json)


@app.command(
    "catch-up",
    help=say(
        "Met fin à ce dont le temps est venu (réservations, abondements), puis récupère sur les "
        "dettes la part du mois. Exemple : cspu economy catch-up",
        "End what time has ended (holds, top-ups), then recover the month's share of debts. "
        "Example: cspu economy catch-up",
    ),
)
def catch_up(*, on: Day = None, as_json: Json = False) -> None:
    """For everybody; whoever opens her account has her own done first."""
    with treatment("batch", "economy catch-up", on=on and on.date()):
        day = day_of(on)
        ended = uses.catch_up_all(on=day)
        recovered = debts.recover_all(on=day)
    print_rows([{"on": day, "ended": ended, "recovered": recovered}], as_json=as_json)


def _give(person: PersonId, rule: str, campaign: str, *, on: date) -> str:
    try:
        top_ups.give(person, rule, campaign, by="command", on=on)
    except ActRefused as error:
        return error.code.removeprefix("economy.")
    return "given"


def _listed(path: Path) -> Iterator[PersonId]:
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            yield PersonId(UUID(line.strip()))
        except ValueError:
            raise _unreadable(number) from None


def _whom() -> CspuError:
    return CspuError(
        "economy.whom",
        Text(
            fr="À qui ? À une liste ou à tous ceux qui y ont droit.",
            en="To whom? A list, or all who are entitled.",
        ),
        Text(fr="Donnez --persons ou --everybody.", en="Give --persons or --everybody."),
    )


def _unreadable(line: int) -> CspuError:
    return CspuError(
        "economy.list_unreadable",
        Text(
            fr=f"La ligne {line} de la liste n’est pas un identifiant.",
            en=f"Line {line} of the list is no identifier.",
        ),
        Text(
            fr="Corrigez-la et recommencez : rien n’est versé deux fois.",
            en="Correct it and run again: nothing is given twice.",
        ),
    )
