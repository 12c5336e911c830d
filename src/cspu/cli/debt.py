"""`cspu debt`: what people contest, and their funders' answers."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import typer
from django.utils import timezone

from cspu.cli.options import Day, Json, day_of
from cspu.cli.output import lang, notice, print_rows, say
from cspu.cli.session import WITHHELD, begin_treatment, database_as, treatment
from cspu.economy import debts
from cspu.entitlement.in_force import law_in_force
from cspu.kernel.amounts import Amount
from cspu.kernel.errors import CspuError
from cspu.kernel.text import Text

app = typer.Typer(
    no_args_is_help=True, help=say("Les dettes contestées.", "Debts that are contested.")
)


@app.command(
    help=say(
        "Liste les dettes contestées qui attendent une réponse. Exemple : cspu debt contested",
        "List the contested debts that wait for an answer. Example: cspu debt contested",
    ),
)
def contested(*, as_json: Json = False) -> None:
    """The longest waiting first; who owes is not said."""
    with treatment("batch", "debt contested"):
        law = law_in_force()
        rows = [
            {
                "debt": each.debt_id,
                "funder": each.organisation or each.counterparty
                if as_json
                else law.payer_of(each.counterparty, each.organisation, lang()),
                "right": each.right_id
                if as_json
                else law.rights[each.right_id].right.label.in_(lang()),
                "from": each.period_start,
                "to": each.period_end,
                "owed": Amount(law.pack.units[each.unit], each.owed).value,
                "contested": timezone.localdate(each.contested_at),
                "words": each.words,
            }
            for each in debts.contested()
        ]
    print_rows(rows, as_json=as_json)
    if not rows:
        notice(say("Aucune dette n’attend de réponse.", "No debt waits for an answer."))


@app.command(
    help=say(
        "La réponse d’un financeur : la dette est due (--uphold), ou il y renonce (--forgive). "
        "Exemple : cspu debt answer RÉFÉRENCE --forgive --words « L’erreur vient de nous. »",
        "A funder's answer: it is owed (--uphold), or given up (--forgive). "
        "Example: cspu debt answer REFERENCE --forgive --words “The mistake was ours.”",
    ),
)
def answer(
    reference: Annotated[UUID, typer.Argument(help=say("La dette.", "The debt."))],
    *,
    words: Annotated[
        str, typer.Option(help=say("Ce que la personne lira.", "What the person will read."))
    ],
    uphold: Annotated[bool, typer.Option("--uphold", help=say("C’est dû.", "It is owed."))] = False,
    forgive: Annotated[
        bool,
        typer.Option("--forgive", help=say("Plus rien n’est dû.", "Nothing is owed any more.")),
    ] = False,
    on: Day = None,
) -> None:
    """Answer, in words that she reads; her journal says that it was answered."""
    if uphold == forgive:
        raise _which()
    with database_as("batch"):
        person = debts.debtor(reference)
        begin_treatment("debt answer", about=person, uphold=uphold, forgive=forgive, words=WITHHELD)
        day = day_of(on)
        debts.answer(person, reference, forgiven=forgive, words=words, by="funder", on=day)
    notice(
        say(
            "La réponse est donnée : la personne la lit sur sa page.",
            "The answer is given: the person reads it on her page.",
        )
    )


def _which() -> CspuError:
    return CspuError(
        "economy.which_answer",
        Text(
            fr="La dette est-elle due, ou y renoncez-vous ?",
            en="Is the debt owed, or do you give it up?",
        ),
        Text(fr="Donnez --uphold ou --forgive.", en="Give --uphold or --forgive."),
    )
