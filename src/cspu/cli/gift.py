"""`cspu gift`: what third parties and employers say about gifts of days."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID, uuid4

import typer
from django.utils import timezone

from cspu.cli.options import DAY, Json, Siret, today
from cspu.cli.output import notice, print_rows, say
from cspu.cli.session import WITHHELD, database_as, treatment
from cspu.economy import gifts
from cspu.economy.errors import ActRefused
from cspu.kernel.errors import CspuError
from cspu.kernel.text import Text
from cspu.people.organisations import DeclaredOrganisation, organisation_id, register_organisations

app = typer.Typer(no_args_is_help=True, help=say("Les dons de jours.", "Gifts of days."))
_HUNDREDTHS = 100


@app.command(
    help=say(
        "Publie l’accord d’un employeur aux dons de jours. "
        "Exemple : cspu gift agree 12345678900012 --outside",
        "Publish an employer's agreement to gifts of days. Example: cspu gift agree 12345678900012 --outside",
    )
)
def agree(
    siret: Siret,
    *,
    outside: Annotated[
        bool,
        typer.Option(
            "--outside", help=say("Aussi avec d’autres employeurs.", "With other employers too.")
        ),
    ] = False,
    refuse: Annotated[
        bool, typer.Option("--refuse", help=say("Retire l’accord.", "Withdraw it."))
    ] = False,
    name: Annotated[
        str,
        typer.Option(
            help=say(
                "Son nom, s’il n’est pas encore connu ici.", "Its name, if not known here yet."
            )
        ),
    ] = "",
) -> None:
    """Publish whether an employer agrees; one that is not known yet is registered under its name."""
    with treatment("batch", "gift agree"):
        if name:
            register_organisations(
                [DeclaredOrganisation(siret=siret, name=name)], recorded_at=timezone.now()
            )
        gifts.agree(
            organisation_id(siret),
            agreed=not refuse,
            outside=outside and not refuse,
            since=today(),
            at=timezone.now(),
            by="command",
        )
    notice(
        say(
            "L’accord est retiré. Ce que le pot contient reste à donner : cspu gift pools",
            "The agreement is withdrawn. What the pool holds is still to be granted: cspu gift pools",
        )
        if refuse
        else say("L’accord est publié.", "The agreement is published.")
    )


@app.command(
    help=say(
        "Donne des jours du pot d’un employeur à un appel. "
        "Exemple : cspu gift grant 12345678900012 ABCD-EFGH 3",
        "Grant days of an employer's pool to a call. Example: cspu gift grant 12345678900012 ABCD-EFGH 3",
    )
)
def grant(
    siret: Siret,
    code: Annotated[str, typer.Argument(help=say("Le code de l’appel.", "The call's code."))],
    days: Annotated[int, typer.Argument(min=1, help=say("Combien de jours.", "How many days."))],
) -> None:
    """Grant from the pool."""
    with treatment("batch", "gift grant", code=WITHHELD):
        gifts.grant_from_pool(
            uuid4(), days * _HUNDREDTHS, employer=organisation_id(siret), code=code, on=today()
        )
    notice(say(f"Jours donnés à l’appel : {days}.", f"Days granted to the call: {days}."))


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
        str,
        typer.Argument(
            help=say("Le besoin, par son code (gifts.yaml).", "The need, by its code (gifts.yaml).")
        ),
    ],
    *,
    agent: Annotated[
        UUID, typer.Option(help=say("L’agent qui atteste.", "The agent who certifies."))
    ],
    until: Annotated[
        datetime,
        typer.Option(
            formats=["%Y-%m-%d"],
            metavar=DAY,
            help=say("Dernier jour de l’attestation.", "Last day of the certificate."),
        ),
    ],
) -> None:
    """Certify a need."""
    with treatment("batch", "gift certify", code=WITHHELD):
        try:
            gifts.record_need(agent, code, kind, starts=today(), ends=until.date())
        except ActRefused as error:
            raise _not_a_certifier(error, kind) from None
    notice(say("Le besoin est attesté.", "The need is certified."))


def _not_a_certifier(error: ActRefused, kind: str) -> CspuError:
    """What is refused of the agent herself, in words for whoever types; any other refusal as it is."""
    if error.code == "economy.not_in_sight":
        return CspuError(
            "economy.agent_unknown",
            Text(
                "Cet agent n’est pas connu ici, ou n’y exerce plus.",
                "This agent is not known here, or no longer works.",
            ),
            Text(
                "Son identifiant : cspu trust agents list --siret …",
                "Her identifier: cspu trust agents list --siret …",
            ),
        )
    if error.code == "economy.organisation_unknown":
        [roles] = [", ".join(each.certifiers) for each in gifts.need_kinds() if each.kind == kind]
        return CspuError(
            "economy.not_a_certifier",
            Text(
                "Le rôle de cet agent n’atteste pas ce besoin.",
                "This agent's role does not certify that need.",
            ),
            Text(f"Ceux qui l’attestent : {roles}.", f"Those that do: {roles}."),
        )
    if error.code == "economy.rule_unknown":
        kinds = ", ".join(each.kind for each in gifts.need_kinds())
        return CspuError(
            "economy.need_unknown",
            Text("Ce besoin n’est pas de ceux de la loi.", "That is no need of the law's."),
            Text(f"Ceux qu’elle connaît : {kinds}.", f"Those that it knows: {kinds}."),
        )
    return error
