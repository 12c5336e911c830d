"""`cspu trust`: who may see what."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from cspu.cli.output import lang, print_rows, say
from cspu.cli.trust_people import agents_app, doubts_app
from cspu.kernel.errors import CspuError
from cspu.kernel.text import Text
from cspu.trust.access import AccessTable, load_access
from cspu.trust.access.markdown import render

app = typer.Typer(
    no_args_is_help=True, help=say("Qui peut voir quoi, et pourquoi.", "Who may see what, and why.")
)

app.add_typer(doubts_app, name="doubts")
app.add_typer(agents_app, name="agents")


@app.command(
    help=say(
        "Montre la table des accès, vérifiée. Exemple : cspu trust access --region 53",
        "Show the table of access, checked. Example: cspu trust access --region 53",
    )
)
def access(
    *,
    region: Annotated[
        str, typer.Option(help=say("Région (code INSEE).", "Region (INSEE code)."))
    ] = "",
    markdown: Annotated[
        bool, typer.Option("--markdown", help=say("La page du manuel.", "The reference page."))
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help=say("Une ligne JSON par cas.", "One JSON line a cell."))
    ] = False,
) -> None:
    """Print every allowed cell; a fault in the files has its file and line."""
    table = load_access()
    if markdown:
        sys.stdout.write(render(table))
        return
    if region and region not in table.regions:
        raise _unknown_region(table)
    rows = [
        {
            "role": table.roles[cell.role].label.in_(lang()),
            "scope": table.scopes[cell.scope].label.in_(lang()),
            "may": table.verbs[cell.verb].in_(lang()),
            "because": table.bases[cell.basis].label.in_(lang()),
        }
        for cell in table.cells(region)
        if cell.basis
    ]
    print_rows(rows, as_json=as_json)


def _unknown_region(table: AccessTable) -> CspuError:
    known = ", ".join(table.regions)
    return CspuError(
        "trust.unknown_region",
        Text(fr="Aucune région n’a ce code.", en="No region has this code."),
        Text(fr=f"Codes connus : {known}.", en=f"Known codes: {known}."),
    )
