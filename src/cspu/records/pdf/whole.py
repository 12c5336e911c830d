"""The whole account to read: who, which rights and why, which life, on whose word, whom to ask."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import IO

from cspu.kernel.amounts import Unit
from cspu.kernel.dates import format_day
from cspu.kernel.text import Lang, Text
from cspu.law.formatting import NO, UNKNOWN, YES
from cspu.records.pdf.figures import day, day_of, written
from cspu.records.pdf.paper import Cell, Field, Paper
from cspu.records.pdf.sharing import LATEST, write_sharing
from cspu.records.pdf.statement import full_name
from cspu.records.sections import Row, Section
from cspu.records.writers import Spool, rewound

_READ = (
    *("identity", "sources", "life_course", "rights", "explanations", "settlement"),
    *("consents", "mandates", "files", "corrections", "complaints"),
)
_SENTENCES = 4

_NAME = Text("mon-compte.pdf", "my-account.pdf")
_TITLE = Text("Mon compte social personnel", "My personal social account")
_ON = Text("Au {}.", "On {}.")
_ABOUT = Text(
    "Ce document dit ce que vous avez, pourquoi, et d’où cela vient. Le détail de chaque montant est "
    "dans le relevé ; tout est aussi dans les fichiers joints.",
    "This document says what you have, why, and where it comes from. Each amount is detailed in the "
    "statement; everything is also in the files beside it.",
)
_WHO = Text("Qui vous êtes", "Who you are")
_BORN = Text("Date de naissance : {}", "Date of birth: {}")
_RIGHTS = Text("Vos droits", "Your rights")
_BALANCE = Text("Solde : {}", "Balance: {}")
_UNKNOWN_BALANCE = Text("Solde : inconnu à ce jour", "Balance: not known today")
_PROTECTED = Text(", dont part protégée : {}", ", protected share of it: {}")
_OPEN = Text("Ouvert aujourd’hui : {}", "Open today: {}")
_ANSWERS = {"yes": YES, "no": NO, "unknown": UNKNOWN}
_MORE = Text(
    "Les autres périodes sont dans csv/explanations.csv.", "Other periods: csv/explanations.csv."
)
_TO_OPEN = Text("Pour l’ouvrir : {}", "To open it: {}")
_AWAITED = Text("Information attendue : {}", "Awaited: {}")
_ASK = Text("À qui vous adresser : {}", "Whom to ask: {}")
_LIFE = Text("Votre parcours", "Your life course")
_NO_LIFE = Text("Rien n’est encore inscrit.", "Nothing is recorded yet.")
_SOURCES = Text("D’où viennent ces informations", "Where this comes from")
_CORRECT = Text(
    "Une information est fausse ? C’est à celui qui a écrit le document de la corriger ; tant qu’elle "
    "ne l’est pas, elle reste inscrite avec son auteur.",
    "Something is wrong? Whoever wrote the document corrects it; until then it stands with its author.",
)
_WHAT, _FROM, _TO = Text("Quoi", "What"), Text("Du", "From"), Text("Au", "To")
_ACCORDING = Text("D’après", "According to")
_RECEIVED, _DOCUMENT = Text("Reçu le", "Received"), Text("Document", "Document")
_REFERENCE = Text("Référence", "Reference")
_SEVERAL = Text("{} … {} ({} documents)", "{} … {} ({} documents)")
_LISTED = Text("chacun dans csv/sources.csv", "each in csv/sources.csv")
_RUNNING = Text("en cours", "running")
_CONTACTS = Text("À qui vous adresser", "Whom to ask")
_RIGHT, _BODY = Text("Droit", "Right"), Text("Organisme", "Body")


class WholeWriter:
    """Waits for the few sections it shows, then writes them as one document."""

    def __init__(self, spool: Spool, units: Mapping[str, Unit], *, on: date, lang: Lang) -> None:
        self._spool = spool
        self._units, self._on, self._lang = units, on, lang
        self._rows: dict[str, list[Row]] = {name: [] for name in _READ}
        self._seen: deque[Row] = deque(maxlen=LATEST)

    def begin(self, section: Section) -> None:
        """Nothing to open."""

    def add(self, section: Section, rows: Sequence[Row]) -> None:
        """Keep what is shown."""
        if section.name in self._rows:
            self._rows[section.name].extend(rows)
        if section.name == "journal":
            self._seen.extend(row for row in rows if not row["herself"])

    def files(self) -> Iterable[tuple[str, IO[bytes]]]:
        """The document."""
        paper = Paper(_TITLE.in_(self._lang), lang=self._lang, on=self._on)
        self._who(paper)
        self._rights(paper)
        self._life(paper)
        self._sources(paper)
        self._contacts(paper)
        write_sharing(paper, self._rows, self._seen, lang=self._lang)
        file = self._spool()
        paper.write(file)
        yield _NAME.in_(self._lang), rewound(file)

    def _say(self, text: Text, *values: str) -> str:
        return text.in_(self._lang).format(*values)

    def _who(self, paper: Paper) -> None:
        paper.heading(self._say(_TITLE))
        paper.paragraph(self._say(_ON, format_day(self._on, self._lang)))
        paper.paragraph(self._say(_ABOUT), soft=True)
        paper.heading(self._say(_WHO), 2)
        for identity in self._rows["identity"]:
            paper.paragraph(full_name(identity), bold=True)
            born = identity["birth_date"]
            paper.paragraph(
                self._say(_BORN, format_day(born, self._lang) if born else self._say(UNKNOWN))
            )

    def _rights(self, paper: Paper) -> None:
        paper.heading(self._say(_RIGHTS), 2)
        for right in self._rows["rights"]:
            paper.heading(right["right"], 3)
            paper.paragraph(right["summary"], soft=True)
            paper.paragraph(self._balance(right), bold=True)
            if right["balance"]:
                paper.paragraph(right["meaning"])
            paper.paragraph(self._say(_OPEN, self._say(_ANSWERS[right["answer"]])))
            if right["ended"]:
                paper.paragraph(right["ended"])
            self._why(paper, right["right_id"])
            for text, sentences in ((_TO_OPEN, "conditions"), (_AWAITED, "missing")):
                for sentence in right[sentences]:
                    paper.paragraph(self._say(text, sentence))
            paper.paragraph(self._say(_ASK, right["responsible"]))

    def _balance(self, right: Row) -> str:
        if right["balance"] is None:
            return self._say(_UNKNOWN_BALANCE)
        unit = self._units[right["unit"]]
        text = self._say(_BALANCE, written(right["balance"], unit, self._lang))
        if right["protected"]:
            text += self._say(_PROTECTED, written(right["protected"], unit, self._lang))
        return text

    def _why(self, paper: Paper, right_id: str) -> None:
        told = [each for each in self._rows["explanations"] if each["right_id"] == right_id]
        for each in told[:_SENTENCES]:
            where = f"{each['organisation']} – " if each["organisation"] else ""
            cited = each["article"] in each["sentence"]
            article = "" if cited else f" ({each['article']})"
            paper.paragraph(f"{where}{each['sentence']}{article}")
        if len(told) > _SENTENCES:
            paper.paragraph(self._say(_MORE), soft=True)

    def _life(self, paper: Paper) -> None:
        paper.heading(self._say(_LIFE), 2)
        lines = self._rows["life_course"]
        if not lines:
            paper.paragraph(self._say(_NO_LIFE))
            return
        paper.table(
            [
                Field(self._say(_FROM), 23),
                Field(self._say(_TO), 23),
                Field(self._say(_WHAT), 78),
                Field(self._say(_ACCORDING), 50),
            ]
        )
        for line in lines:
            until = "" if line["event"] else day(line["to_day"]) or self._say(_RUNNING)
            what = Cell(line["label"], more=line["organisation"])
            paper.row([Cell(day(line["from_day"])), Cell(until), what, Cell(line["source"])])
        paper.end_table()

    def _sources(self, paper: Paper) -> None:
        paper.heading(self._say(_SOURCES), 2)
        paper.paragraph(self._say(_CORRECT))
        if not self._rows["sources"]:
            return
        paper.table(
            [
                Field(self._say(_RECEIVED), 23),
                Field(self._say(_DOCUMENT), 81),
                Field(self._say(_REFERENCE), 70),
            ]
        )
        for documents in _alike(self._rows["sources"]):
            first, last = documents[0], documents[-1]
            received, label, reference = (
                day_of(first["received_at"]),
                first["label"],
                first["reference"],
            )
            if len(documents) > 1:
                received = f"{received} – {day_of(last['received_at'])}"
                label = self._say(_SEVERAL, label, last["label"], str(len(documents)))
                reference = self._say(_LISTED)
            named = Cell(label, more=first["organisation"])
            paper.row([Cell(received), named, Cell(reference)])
        paper.end_table()

    def _contacts(self, paper: Paper) -> None:
        if not self._rows["rights"]:
            return
        paper.heading(self._say(_CONTACTS), 2)
        paper.table([Field(self._say(_RIGHT), 87), Field(self._say(_BODY), 87)])
        for right in self._rows["rights"]:
            paper.row([Cell(right["right"]), Cell(right["responsible"])])
        paper.end_table()


def _alike(sources: Iterable[Row]) -> Iterable[Sequence[Row]]:
    """Documents of one kind from one organisation, together, where they came in a series."""
    found: dict[tuple[str, str], list[Row]] = {}
    for source in sources:
        found.setdefault((source["kind"], source["organisation"]), []).append(source)
    return found.values()
