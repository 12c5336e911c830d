"""`cspu federation`: partners, messages in and out, both books compared."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated
from uuid import uuid4

import typer
from django.conf import settings
from django.utils import timezone

from cspu.cli.options import Json, today
from cspu.cli.output import REFUSED, UNSURE, lang, notice, print_json, print_rows, say
from cspu.cli.session import treatment
from cspu.config.federation import read_federation
from cspu.economy.federation import books
from cspu.economy.federation.messages import Identity, read_keys
from cspu.economy.federation.reconciling import MEANINGS, reconcile
from cspu.economy.federation.transport import HttpTransport
from cspu.economy.federation.worker import run_once
from cspu.kernel.errors import CspuError
from cspu.kernel.text import Text

app = typer.Typer(
    no_args_is_help=True, help=say("Les instances partenaires.", "Partner instances.")
)
_MINOR = 100


class NotFederated(CspuError):
    """This instance has no name or no key among others."""

    def __init__(self) -> None:
        super().__init__(
            "federation.not_federated",
            Text(
                fr="Cette instance n’a ni nom ni clé de fédération.",
                en="This instance has no name or no key of federation.",
            ),
            Text(
                fr="Donnez CSPU_FEDERATION_NAME et CSPU_FEDERATION_KEY.",
                en="Give CSPU_FEDERATION_NAME and CSPU_FEDERATION_KEY.",
            ),
        )


@app.command(
    help=say(
        "Fait connaître un partenaire, ou change ses limites. Exemple : cspu federation add ville "
        "--url https://ville.example --keys ville.json --most-sent 50 --most-received 50",
        "Make a partner known, or change its limits. Example: cspu federation add town "
        "--url https://town.example --keys town.json --most-sent 50 --most-received 50",
    )
)
def add(
    partner: Annotated[str, typer.Argument(metavar="PARTNER")],
    *,
    url: Annotated[str, typer.Option(help=say("Son adresse.", "Its address."))],
    keys: Annotated[
        Path,
        typer.Option(exists=True, dir_okay=False, help=say("Ses clés (JWKS).", "Its keys (JWKS).")),
    ],
    most_sent: Annotated[
        int,
        typer.Option(
            min=0, help=say("Heures d’avance chez lui, au plus.", "Hours ahead there, at most.")
        ),
    ],
    most_received: Annotated[
        int,
        typer.Option(
            min=0, help=say("Heures d’avance ici, au plus.", "Hours ahead here, at most.")
        ),
    ],
    label: Annotated[
        str, typer.Option(help=say("Son nom pour les gens.", "Its name for people."))
    ] = "",
    inactive: Annotated[
        bool, typer.Option(help=say("Ne plus rien échanger.", "Exchange no more."))
    ] = False,
) -> None:
    """Add or change a partner."""
    public = read_keys(keys.read_text("utf-8"))
    with treatment("batch", "federation add"):
        books.add_partner(
            partner,
            label=label or partner,
            url=url.rstrip("/"),
            keys=public,
            most_sent=most_sent * _MINOR,
            most_received=most_received * _MINOR,
            active=not inactive,
        )


@app.command(
    help=say(
        "Décide ce qui est arrivé et envoie ce qui doit partir ; à lancer souvent. "
        "Exemple : cspu federation run",
        "Decide what came in and send what is due; to be run often. Example: cspu federation run",
    )
)
def run(*, as_json: Json = False) -> None:
    """One round."""
    with treatment("batch", "federation run"):
        count = run_once(_identity(), HttpTransport(), on=today(), at=timezone.now())
    print_rows([{"messages": count}], as_json=as_json)


@app.command(
    help=say(
        "La clé publique à donner aux partenaires (JWKS).",
        "The public key to give to partners (JWKS).",
    )
)
def keys() -> None:
    """Our public key: read from the environment alone, there may be no database yet."""
    identity = read_federation(os.environ)
    if identity is None:
        raise NotFederated
    print_json(identity.public)


@app.command(
    name="reconcile",
    help=say(
        "Compare les deux livres : code 0 accord, 4 en cours, 1 désaccord. "
        "Exemple : cspu federation reconcile ville",
        "Compare both books: exit 0 agreed, 4 under way, 1 differing. "
        "Example: cspu federation reconcile town",
    ),
)
def compare_books(
    partner: Annotated[str, typer.Argument(metavar="PARTNER")],
    *,
    as_json: Json = False,
) -> None:
    """Name what differs."""
    with treatment("batch", "federation reconcile"):
        found = reconcile(_identity(), HttpTransport(), partner, question=uuid4())
    rows = [
        {
            "crossing": str(each.crossing_id),
            "code": each.code,
            "meaning": MEANINGS[each.code].in_(lang()),
            "ours": each.ours,
            "theirs": each.theirs,
        }
        for each in found
    ]
    print_rows(rows, as_json=as_json)
    if not rows:
        notice(say("Les deux livres s’accordent.", "Both books agree."))
    if found:
        raise typer.Exit(UNSURE if all(each.harmless for each in found) else REFUSED)


def _identity() -> Identity:
    identity: Identity | None = settings.CSPU_FEDERATION
    if identity is None:
        raise NotFederated
    return identity
