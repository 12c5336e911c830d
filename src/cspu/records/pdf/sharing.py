"""Who sees her and who helps her, to read: consents, mandates, files, what she had corrected, who looked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from cspu.kernel.text import Lang, Text
from cspu.records.pdf.figures import day, day_of
from cspu.records.pdf.paper import Cell, Field, Paper
from cspu.records.sections import Row

LATEST = 50
"""Lines of the journal that the document shows: all of them are in the table beside it."""

_TITLE = Text("Qui vous voit, qui vous aide", "Who sees you, who helps you")
_NOBODY = Text("Vous n’avez donné ni accord ni mandat.", "You gave neither consent nor mandate.")
_LOOKED = Text("Qui a regardé", "Who looked")
_MORE = Text(
    "Les {} dernières visites d’autres que vous ; tout le journal est dans csv/journal.csv.",
    "The {} latest visits by others than you; the whole journal is in csv/journal.csv.",
)
_UNSEEN = Text("Personne d’autre que vous n’a regardé.", "Nobody but you looked.")
_ASKED = Text("Vos demandes de correction et vos signalements", "Your corrections and complaints")
_TO_WHOM, _WHAT = Text("À qui", "To whom"), Text("Quoi et pourquoi", "What and why")
_FROM, _TO = Text("Du", "From"), Text("Au", "To")
_WHO, _DAY = Text("Qui", "Who"), Text("Le", "On")
_LAST = Text("Dernière étape", "Last step")
_FILE = Text("tient un dossier sur vous", "holds a file on you")
_STILL = Text("en cours", "running")
_MASKED = Text(
    "Un service que la loi permet de ne pas nommer encore", "A service not named yet, by law"
)
_OPERATOR = Text("Qui fait fonctionner ce service", "Whoever runs this service")
_SAID = {
    "asked": Text("demandé", "asked"),
    "said": Text("signalé", "reported"),
    "corrected": Text("corrigé", "corrected"),
    "kept": Text("maintenu", "kept"),
    "more_needed": Text("précision demandée", "more asked of you"),
    "withdrawn": Text("abandonné", "given up"),
    "taken_up": Text("pris en charge", "taken up"),
    "justified": Text("accès justifié", "access justified"),
    "upheld": Text("accès anormal", "access not right"),
}


def write_sharing(
    paper: Paper, rows: Mapping[str, Sequence[Row]], seen: Iterable[Row], *, lang: Lang
) -> None:
    """Write these parts of the document."""
    paper.heading(_TITLE.in_(lang), 2)
    choices = [*_choices(rows, lang)]
    if choices:
        paper.table(
            [
                Field(_FROM.in_(lang), 23),
                Field(_TO.in_(lang), 23),
                Field(_TO_WHOM.in_(lang), 58),
                Field(_WHAT.in_(lang), 70),
            ]
        )
        for cells in choices:
            paper.row(cells)
        paper.end_table()
    else:
        paper.paragraph(_NOBODY.in_(lang))
    _steps(paper, [*rows["corrections"], *rows["complaints"]], lang)
    _looked(paper, list(seen), lang)


def _choices(rows: Mapping[str, Sequence[Row]], lang: Lang) -> Iterable[list[Cell]]:
    for each in rows["consents"]:
        until = day_of(each["ended_at"] or each["valid_until"])
        what = Cell(", ".join(each["what"]), more=each["why"])
        yield [Cell(day_of(each["given_at"])), Cell(until), Cell(each["organisation"]), what]
    for each in rows["mandates"]:
        until = day_of(each["ended_at"] or each["valid_until"])
        what = Cell(", ".join(each["about"]))
        yield [Cell(day_of(each["given_at"])), Cell(until), Cell(each["holder"]), what]
    for each in rows["files"]:
        until = day(each["held_to"]) or _STILL.in_(lang)
        body = Cell(each["organisation"])
        yield [Cell(day(each["held_from"])), Cell(until), body, Cell(_FILE.in_(lang))]


def _steps(paper: Paper, steps: Sequence[Row], lang: Lang) -> None:
    """The last step of each correction and complaint."""
    last = {each.get("correction_id") or each["complaint_id"]: each for each in steps}
    if not last:
        return
    paper.heading(_ASKED.in_(lang), 2)
    paper.table(
        [Field(_DAY.in_(lang), 23), Field(_LAST.in_(lang), 51), Field(_WHAT.in_(lang), 100)]
    )
    for each in last.values():
        said = Cell(_SAID[each["outcome"]].in_(lang), more=each["signed"])
        what = Cell(each.get("fact") or each["words"], more=each.get("organisation", ""))
        paper.row([Cell(day_of(each["moved_at"])), said, what])
    paper.end_table()


def _looked(paper: Paper, seen: Sequence[Row], lang: Lang) -> None:
    paper.heading(_LOOKED.in_(lang), 2)
    if not seen:
        paper.paragraph(_UNSEEN.in_(lang))
        return
    paper.paragraph(_MORE.in_(lang).format(LATEST), soft=True)
    paper.table([Field(_DAY.in_(lang), 23), Field(_WHO.in_(lang), 61), Field(_WHAT.in_(lang), 90)])
    for each in reversed(seen):
        what = Cell(each["mask"] or ", ".join(each["what"]), more=each["why"] or each["how"])
        paper.row(
            [Cell(day_of(each["seen_at"])), Cell(_who(each, lang), more=each["organisation"]), what]
        )
    paper.end_table()


def _who(line: Row, lang: Lang) -> str:
    if line["masked_until"] is not None and not line["actor_kind"]:
        return _MASKED.in_(lang)
    return _OPERATOR.in_(lang) if line["actor_kind"] == "command" else str(line["actor_name"])
