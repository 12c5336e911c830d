"""`cspu law`: the texts in force, checked, loaded, shown, explained."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from cspu.cli.output import REFUSED, lang, notice, print_json, print_rows, say
from cspu.cli.session import WITHHELD, treatment
from cspu.cli.trees import print_explanation
from cspu.entitlement.pages import Explanation
from cspu.kernel.errors import CspuError
from cspu.kernel.ids import PersonId
from cspu.kernel.text import Text
from cspu.law.checking import check_pack
from cspu.law.loading import TEXTS, load_pack
from cspu.law.model import Right
from cspu.lifecourse.vocabulary import load_vocabulary

app = typer.Typer(no_args_is_help=True, help=say("Le droit en vigueur.", "The law in force."))

TextsOption = Annotated[
    Path,
    typer.Option(
        "--texts",
        exists=True,
        file_okay=False,
        show_default=False,
        help=say("Dossier des textes.", "Folder of the texts."),
    ),
]
JsonOption = Annotated[
    bool, typer.Option("--json", help=say("Chiffres en JSON.", "Figures as JSON."))
]


@app.command(
    help=say(
        "Vérifie les textes. Exemple : cspu law check", "Check the texts. Example: cspu law check"
    )
)
def check(*, texts: TextsOption = TEXTS, as_json: JsonOption = False) -> None:
    """Check every text of law; exit 1 when something is refused."""
    life = load_vocabulary()
    pack = load_pack(texts)
    findings = check_pack(pack, life.facts, statuses=life.statuses)
    if as_json:
        print_json(
            [
                {
                    "file": f.file,
                    "line": f.line,
                    "code": f.code,
                    "offending": f.offending,
                    "message": f.message.in_(lang()),
                }
                for f in findings
            ]
        )
    for finding in () if as_json else findings:
        notice(
            f"{finding.file}:{finding.line}: « {finding.offending} » {finding.message.in_(lang())}"
        )
    if findings:
        raise typer.Exit(REFUSED)
    notice(say(f"{len(pack.rights)} textes vérifiés.", f"{len(pack.rights)} texts checked."))


@app.command(
    help=say(
        "Met les textes en vigueur. Exemple : cspu law load",
        "Put the texts in force. Example: cspu law load",
    )
)
def load(*, as_json: JsonOption = False) -> None:
    """Enact the texts for every account; the same texts again change nothing."""
    with treatment("owner", "law load"):
        from cspu.entitlement.enactment import enact  # noqa: PLC0415  needs Django to be set up

        enactment = enact(load_pack(), load_vocabulary(), enacted_at=datetime.now(UTC))
    rows = [
        {"edition": enactment.edition, "new": enactment.is_new, "rights": len(enactment.rights)}
    ]
    print_rows(rows, as_json=as_json)


@app.command(
    "list",
    help=say(
        "Liste les droits. Exemple : cspu law list", "List the rights. Example: cspu law list"
    ),
)
def list_rights(*, as_json: JsonOption = False) -> None:
    """Every right with its family, unit, rhythm and versions."""
    print_rows([_row(right) for right in load_pack()], as_json=as_json)


@app.command(
    help=say(
        "Montre un texte. Exemple : cspu law show cpf", "Show a text. Example: cspu law show cpf"
    )
)
def show(right_id: Annotated[str, typer.Argument(metavar="ID")]) -> None:
    """Print a text as written."""
    right = _right(right_id)
    typer.echo((TEXTS / "fr" / f"{right.id}.yaml").read_text("utf-8"))


@app.command(
    help=say(
        "Explique un droit pour une personne. Exemple : cspu law explain cpf --person 0f8f… --on 2027-01-31",
        "Explain a right for a person. Example: cspu law explain cpf --person 0f8f… --on 2027-01-31",
    )
)
def explain(
    right_id: Annotated[str, typer.Argument(metavar="ID")],
    *,
    person: Annotated[UUID, typer.Option(help=say("La personne.", "The person."))],
    on: Annotated[
        datetime, typer.Option(formats=["%Y-%m-%d"], help=say("À cette date.", "On this date."))
    ],
    as_json: JsonOption = False,
) -> None:
    """Why this amount: each period with its sentence, its computation and its facts."""
    _right(right_id)
    for explanation in _explanations(PersonId(person), right_id, on.date()):
        if as_json:
            print_json(explanation)
        else:
            print_explanation(explanation)


def _explanations(person: PersonId, right_id: str, on: date) -> tuple[Explanation, ...]:
    with treatment("batch", "law explain", about=person, right=right_id, person=WITHHELD, on=on):
        from cspu.entitlement.queries import tile_page  # noqa: PLC0415  needs Django to be set up

        return tile_page(person, right_id, on=on, lang=lang()).explanations


def _right(right_id: str) -> Right:
    rights = load_pack().rights
    if right_id not in rights:
        known = ", ".join(rights)
        raise CspuError(
            "law.unknown_right",
            Text(
                fr=f"Aucun droit ne s’appelle « {right_id} ».",
                en=f"No right is called “{right_id}”.",
            ),
            Text(fr=f"Droits connus : {known}.", en=f"Known rights: {known}."),
        )
    return rights[right_id]


def _row(right: Right) -> dict[str, object]:
    return {
        "id": right.id,
        say("famille", "family"): str(right.family),
        say("libellé", "label"): right.label.in_(lang()),
        say("unité", "unit"): right.unit,
        say("rythme", "period"): str(right.period),
        say("versions", "versions"): ", ".join(str(version.in_force) for version in right.versions),
    }
