"""`cspu gift`: what third parties and employers say about gifts of days."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID, uuid4

import typer
from django.utils import timezone

from cspu.cli.options import Json, today
from cspu.cli.output import notice, print_rows, say
from cspu.cli.session import WITHHELD, database_as, treatment
from cspu.economy import gifts
from cspu.people.organisations import organisation_id

app = typer.Typer(no_args_is_help=True, help=say("Les dons de jours.", "Gifts of days."))
_HUNDREDTHS = 100
_Siret = Annotated[str, typer.Argument(metavar="SIRET", help=say("L’employeur.", "The employer."))]


@app.command(
    help=say(
        "Publie l’accord d’un employeur aux dons de jours. "
        "Exemple : cspu gift agree 12345678900012 --outside",
        "Publish an employer's agreement to gifts of days. Example: cspu gift agree 12345678900012 --outside",
    )
)
def agree(
    siret: _Siret,
    *,
    outside: Annotated[
        bool, typer.Option(help=say("Aussi avec d’autres employeurs.", "With other employers too."))
    ] = False,
    refuse: Annotated[bool, typer.Option(help=say("Retire l’accord.", "Withdraw it."))] = False,
) -> None:
    """Publish whether an employer agrees."""
    with treatment("batch", "gift agree"):
        gifts.agree(
            organisation_id(siret),
            agreed=not refuse,
            outside=outside and not refuse,
            since=today(),
            at=timezone.now(),
            by="command",
        )


@app.command(
    help=say(
        "Donne des jours du pot d’un employeur à un appel. "
        "Exemple : cspu gift grant 12345678900012 ABCD-EFGH 3",
        "Grant days of an employer's pool to a call. Example: cspu gift grant 12345678900012 ABCD-EFGH 3",
    )
)
def grant(
    siret: _Siret,
    code: Annotated[str, typer.Argument(help=say("Le code de l’appel.", "The call's code."))],
    days: Annotated[int, typer.Argument(min=1, help=say("Combien de jours.", "How many days."))],
) -> None:
    """Grant from the pool."""
    with treatment("batch", "gift grant", code=WITHHELD):
        gifts.grant_from_pool(
            uuid4(), days * _HUNDREDTHS, employer=organisation_id(siret), code=code, on=today()
        )


@app.command(
    help=say(
        "Les pots où il reste des jours à donner. Exemple : cspu gift pools",
        "The pools in which days are left to grant. Example: cspu gift pools",
    )
)
def pools(*, as_json: Json = False) -> None:
    """What was given and went to nobody yet: an employer that agrees no more still has it to grant."""
    with database_as("batch"):
        found = gifts.pools(on=today())
    print_rows(
        [
            {
                "siret": each.siret,
                "employer": each.organisation,
                "days": str(Decimal(each.left) / _HUNDREDTHS),
                "unit": each.unit,
                "agreed": each.agreed,
            }
            for each in found
        ],
        as_json=as_json,
    )
    if not found:
        notice(say("Aucun jour n’attend dans un pot.", "No day waits in a pool."))


@app.command(
    help=say(
        "Atteste un besoin, au nom d’un agent dont l’organisme n’a pas de bureau ici. "
        "Exemple : cspu gift certify ABCD-EFGH carer --agent … --until 2027-01-31",
        "Certify a need, for an agent whose body has no desk here. "
        "Example: cspu gift certify ABCD-EFGH carer --agent … --until 2027-01-31",
    )
)
def certify(
    code: Annotated[str, typer.Argument(help=say("Le code de la personne.", "The person's code."))],
    kind: Annotated[
        str, typer.Argument(help=say("Le besoin (gifts.yaml).", "The need (gifts.yaml)."))
    ],
    *,
    agent: Annotated[
        UUID, typer.Option(help=say("L’agent qui atteste.", "The agent who certifies."))
    ],
    until: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help=say("Jusqu’au.", "Until."))],
) -> None:
    """Certify a need."""
    with treatment("batch", "gift certify", code=WITHHELD):
        gifts.record_need(agent, code, kind, starts=today(), ends=until.date())
