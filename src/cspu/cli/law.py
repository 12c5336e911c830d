"""`cspu law`: the texts in force, checked, loaded, shown, explained."""

from __future__ import annotations

from datetime import UTC, date, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from cspu.cli.options import Json
from cspu.cli.output import REFUSED, lang, notice, print_json, print_rows, say
from cspu.cli.session import WITHHELD, treatment
from cspu.cli.trees import print_changes, print_explanation, print_untold
from cspu.entitlement.pages import TilePage
from cspu.kernel.errors import CspuError
from cspu.kernel.ids import PersonId
from cspu.kernel.text import Text
from cspu.law.cases import check_cases
from cspu.law.checking import check_pack
from cspu.law.formatting import format_value
from cspu.law.loading import TEXTS, load_pack, packs_of
from cspu.law.model import LawPack, Right
from cspu.law.page import render
from cspu.law.regions import REGION, Difference, differences
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


@app.command(
    help=say(
        "Vérifie les textes. Exemple : cspu law check", "Check the texts. Example: cspu law check"
    )
)
def check(*, texts: TextsOption = TEXTS, as_json: Json = False) -> None:
    """Check every text of every pack, and its cases; exit 1 when something is refused."""
    life = load_vocabulary()
    pack = load_pack(texts, packs_of(texts))
    findings = check_pack(pack, life.facts, statuses=life.statuses)
    findings += check_cases(pack, life.facts)
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
def load(*, as_json: Json = False) -> None:
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
def list_rights(*, as_json: Json = False) -> None:
    """Every right: what it is and gives; as JSON, with its pack, unit, rhythm and versions too."""
    rows = [_row(right) for right in load_pack()]
    if as_json:
        print_rows(rows, as_json=True)
        return
    # Four columns are what a terminal of eighty characters can be read in.
    shown = ("id", "label", "family", "gives")
    print_rows([{name: row[name] for name in shown} for row in rows], as_json=False)


@app.command(
    help=say(
        "Montre un texte. Exemple : cspu law show cpf", "Show a text. Example: cspu law show cpf"
    )
)
def show(right_id: Annotated[str, typer.Argument(metavar="ID")]) -> None:
    """Print a text as written, then the figures that it takes from another one."""
    right, pack = _right(right_id), load_pack()
    typer.echo(pack.path_of(right).read_text("utf-8"))
    for parameter in right.parameters.values():
        if parameter.same_as:
            typer.echo(f"# {parameter.name} ({parameter.same_as}), {parameter.unit}:")
            for each in parameter.values:
                typer.echo(f"#   {each.start}: {each.value} — {each.reference.article}")


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
    as_json: Json = False,
) -> None:
    """Why this amount: each period with its sentence, its computation, its facts; what would change it."""
    _right(right_id)
    page = _page(PersonId(person), right_id, on.date())
    for explanation in page.explanations:
        if as_json:
            print_json(explanation)
        else:
            print_explanation(explanation)
    untold = page.tile if not page.explanations else None
    if as_json:
        print_json({"changes": page.changes} | ({"tile": untold} if untold else {}))
        return
    if untold:
        print_untold(untold)
    print_changes(page.changes)


@app.command(
    help=say(
        "Ce qu’une région fixe autrement que la loi commune. "
        "Exemple : cspu law diff --region 53 --on 2030-06-30",
        "What a region sets otherwise than the common law. "
        "Example: cspu law diff --region 53 --on 2030-06-30",
    )
)
def diff(
    *,
    region: Annotated[
        str, typer.Option(help=say("Code INSEE de la région.", "The region's code."))
    ],
    on: Annotated[
        datetime, typer.Option(formats=["%Y-%m-%d"], help=say("À cette date.", "On this date."))
    ],
    texts: TextsOption = TEXTS,
    as_json: Json = False,
) -> None:
    """Each figure that differs there that day: everywhere else, there, and by which decision."""
    known = load_vocabulary().facts[REGION].values
    if region not in known:
        listed = ", ".join(known)
        raise CspuError(
            "law.unknown_region",
            Text(
                fr=f"Aucune région n’a le code « {region} ».",
                en=f"No region has the code “{region}”.",
            ),
            Text(fr=f"Codes connus : {listed}.", en=f"Known codes: {listed}."),
        )
    pack = load_pack(texts, packs_of(texts))
    rows = [_differing(pack, each) for each in differences(pack, region, on.date())]
    print_rows(rows, as_json=as_json)
    if not rows:
        notice(say("Rien ne diffère de la loi commune.", "Nothing differs from the common law."))


def _differing(pack: LawPack, found: Difference) -> dict[str, object]:
    unit, national = pack.unit_of(found.parameter.unit), found.national
    everywhere = national.value if national else None
    return {
        "right": f"{found.right.label.in_(lang())} ({found.right.id})",
        "figure": f"{found.parameter.label.in_(lang())} ({found.parameter.name})",
        "everywhere_else": format_value(everywhere, unit, lang()),
        "in_this_region": format_value(found.regional.value, unit, lang()),
        "since": str(found.regional.start),
        "by": found.regional.reference.article,
    }


@app.command(
    help=say(
        "Écrit la page du manuel : tous les droits. Exemple : cspu law table > rights.md",
        "Write the page of the manual: all rights. Example: cspu law table > rights.md",
    )
)
def table(*, texts: TextsOption = TEXTS) -> None:
    """Every right of every pack, as Markdown."""
    typer.echo(render(load_pack(texts, packs_of(texts))), nl=False)


def _page(person: PersonId, right_id: str, on: date) -> TilePage:
    with treatment("batch", "law explain", about=person, right=right_id, person=WITHHELD, on=on):
        from cspu.entitlement.queries import tile_page  # noqa: PLC0415  needs Django to be set up

        return tile_page(person, right_id, on=on, lang=lang())


def _right(right_id: str) -> Right:
    rights = load_pack().rights
    if right_id not in rights:
        near = get_close_matches(right_id, rights, n=3)
        perhaps_fr = f"Peut-être {' ou '.join(near)} ? " if near else ""
        perhaps_en = f"Perhaps {' or '.join(near)}? " if near else ""
        raise CspuError(
            "law.unknown_right",
            Text(
                fr=f"Aucun droit ne s’appelle « {right_id} ».",
                en=f"No right is called “{right_id}”.",
            ),
            Text(
                fr=f"{perhaps_fr}`cspu law list` les nomme tous.",
                en=f"{perhaps_en}`cspu law list` names them all.",
            ),
        )
    return rights[right_id]


def _row(right: Right) -> dict[str, object]:
    return {
        "id": right.id,
        "pack": right.pack,
        "family": str(right.family),
        "gives": str(right.gives),
        "label": right.label.in_(lang()),
        "unit": right.unit,
        "period": str(right.period),
        "versions": ", ".join(str(version.in_force) for version in right.versions),
    }
