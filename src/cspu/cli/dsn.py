"""`cspu dsn`: payroll declarations."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cspu.cli.options import moment
from cspu.cli.output import REFUSED, lang, notice, print_json, report_error, say
from cspu.cli.session import treatment

if TYPE_CHECKING:
    from cspu.employers.dsn.errors import DsnRefused
    from cspu.employers.operations import ImportReport, PersonChange

app = typer.Typer(no_args_is_help=True, help=say("Les DSN.", "Payroll declarations (DSN)."))


@app.callback()
def _dsn() -> None:
    """Keep `import` a command of its own while it is the only one."""


@app.command(
    "import",
    help=say(
        "Importe des DSN, chacune tout ou rien. Exemple : cspu dsn import mars.dsn --dry-run",
        "Import declarations, all or nothing each. Example: cspu dsn import march.dsn --dry-run",
    ),
)
def import_files(
    files: Annotated[list[Path], typer.Argument(exists=True, dir_okay=False, readable=True)],
    *,
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run",
            help=say(
                "Montre ce qui changerait, personne par personne, sans rien changer.",
                "Show what would change, person by person; change nothing.",
            ),
        ),
    ] = False,
    allow_test: Annotated[
        bool,
        typer.Option(
            "--allow-test",
            help=say(
                "Accepte les fichiers d'essai (démonstration).",
                "Accept test files (demonstration).",
            ),
        ),
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help=say("Une ligne JSON par fichier.", "A JSON line a file."))
    ] = False,
) -> None:
    """Import files in the order given; exit 1 if one of them was refused."""
    refused = False
    # Not the names of the files: whoever named them may have put anything there.
    with treatment("batch", "dsn import", files=len(files), dry_run=dry_run, allow_test=allow_test):
        for path in files:
            refused = not _import(path, dry_run, allow_test=allow_test, as_json=as_json) or refused
    if refused:
        raise typer.Exit(REFUSED)


def _import(path: Path, dry_run: bool, *, allow_test: bool, as_json: bool) -> bool:  # noqa: FBT001
    from cspu.employers.dsn.errors import DsnRefused  # noqa: PLC0415  needs Django to be set up
    from cspu.employers.operations import import_dsn  # noqa: PLC0415

    show = (_show_json if as_json else _show) if dry_run else None
    try:
        report = import_dsn(
            path,
            received_at=moment(),
            allow_test=allow_test,
            dry_run=dry_run,
            show=show,
        )
    except DsnRefused as error:
        _print_refusal(path, error, as_json=as_json)
        return False
    _print_report(path, report, as_json=as_json)
    return True


def _show(change: PersonChange) -> None:
    """One line: where the person stands in the file, what changes, for which months."""
    if change.line is None:
        who = say("personne absente de ce fichier", "person no longer in this file")
    else:
        who = say(f"ligne {change.line}", f"line {change.line}") + f" ({change.masked})"
    months = ", ".join(f"{month:%m/%Y}" for month in change.months)
    typer.echo(f"{who} : {_verb(change)} {_kind(change)} × {change.count} [{months}]")


def _show_json(change: PersonChange) -> None:
    print_json({"line": change.line, "person": change.masked, "change": change.change,
                "kind": change.kind, "months": change.months, "count": change.count})  # fmt: skip


def _verb(change: PersonChange) -> str:
    return say("ajout", "added") if change.change == "added" else say("clôture", "closed")


def _kind(change: PersonChange) -> str:
    names = {
        "spell": say("période", "spell"),
        "measure": say("mesure", "measure"),
        "attribute": say("caractéristique", "attribute"),
        "event": say("événement", "event"),
    }
    return names.get(change.kind, change.kind)


def _print_refusal(path: Path, error: DsnRefused, *, as_json: bool) -> None:
    if as_json:
        print_json({"file": path.name, "refused": error.code, "message": error.sentence(lang()),
                    "problem_count": error.problem_count,
                    "problems": [problem.sentence(lang()) for problem in error.problems]})  # fmt: skip
        return
    notice(f"{path.name} :")
    for problem in error.problems:
        notice(f"  {problem.sentence(lang())}")
    unsaid = error.problem_count - len(error.problems)
    if unsaid > 0:
        notice(say(f"  … et {unsaid} autres erreurs.", f"  … and {unsaid} more errors."))
    report_error(error)


def _print_report(path: Path, report: ImportReport, *, as_json: bool) -> None:
    for warning in report.warnings:
        notice(say("Remarque", "Note") + f" : {warning.sentence(lang())}")
    if as_json:
        print_json(_as_json(path, report))
    elif report.already is not None:
        when = f"{report.already:%d/%m/%Y %H:%M}"
        typer.echo(
            say(
                f"{path.name} : déjà importé le {when}, rien ne change.",
                f"{path.name}: imported already on {when}, nothing changes.",
            )
        )
    else:
        _print_outcomes(path, report)


def _print_outcomes(path: Path, report: ImportReport) -> None:
    for outcome in report.outcomes:
        head = outcome.head
        name = f"{head.siret} {head.month:%m/%Y} n° {head.order}"
        typer.echo(f"{path.name} : {name} : {_outcome(outcome.status)}, "
                   + say("personnes : ", "persons: ") + str(outcome.persons))  # fmt: skip
    if report.unknown:
        total = sum(report.unknown.values())
        typer.echo(
            say(
                f"{total} rubriques inconnues de la norme, gardées avec les contrats.",
                f"{total} rubrics unknown to the norm, kept with the contracts.",
            )
        )
    dry = say(" (essai : rien n'est changé)", " (dry run: nothing is changed)")
    typer.echo(
        say(
            f"{report.added} faits ajoutés, {report.closed} clos",
            f"{report.added} facts added, {report.closed} closed",
        )
        + (dry if report.dry_run else "")
    )


def _outcome(status: str | None) -> str:
    return {
        None: say("déjà reçue, rien ne change", "received already, nothing changes"),
        "accepted": say("prise en compte", "accepted"),
        "superseded": say("remplacée par une autre plus récente", "superseded by a later one"),
        "cancelled": say("annulée par une autre", "cancelled by another one"),
    }[status]


def _as_json(path: Path, report: ImportReport) -> dict[str, Any]:
    return {
        "file": path.name,
        "dry_run": report.dry_run,
        "already_imported": report.already,
        "declarations": [
            {"siret": o.head.siret, "nature": o.head.nature, "month": o.head.month,
             "order": o.head.order, "status": o.status or "known", "persons": o.persons,
             "persons_changed": o.persons_changed}
            for o in report.outcomes
        ],
        "added": report.added,
        "closed": report.closed,
        "warnings": report.warning_count,
        "unknown": report.unknown,
    }  # fmt: skip
