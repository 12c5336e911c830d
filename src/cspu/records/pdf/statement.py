"""The account statement: right by right, what was there, each movement, what is there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import IO

from cspu.kernel.amounts import Unit
from cspu.kernel.dates import format_day
from cspu.kernel.periods import Period
from cspu.kernel.text import Lang, Text
from cspu.law.formatting import format_period
from cspu.records.pdf.figures import column, day, day_of, unit_name, written
from cspu.records.pdf.paper import Cell, Field, Paper
from cspu.records.sections import Row, Section
from cspu.records.writers import Spool, rewound

VOLUME = 1000
"""Movements in one document of an export: a longer account makes several."""

_NAMES = Text("releve-{:02d}.pdf", "statement-{:02d}.pdf")
_TITLE = Text("Relevé de compte", "Account statement")
_ALL = Text("Tous les mouvements, au {end}.", "All movements, on {end}.")
_SPAN = Text("Du {start} au {end}.", "From {start} to {end}.")
_KNOWN = Text(
    "Compte tel qu’il est connu le {on}. La date est celle où le mouvement compte ; la période est "
    "celle qui a été vécue ou travaillée. Chaque solde est le solde précédent plus le montant : vous "
    "pouvez tout refaire à la main.",
    "The account as known on {on}. The date is when the movement counts; the period is what was "
    "lived or worked. Each balance is the one before plus the amount: you can add it all up by hand.",
)
_DATE, _PERIOD = Text("Date", "Date"), Text("Période", "Period")
_WHY = Text("Raison", "Reason")
_AMOUNT, _BALANCE = Text("Montant", "Amount"), Text("Solde", "Balance")
_OPENING = Text("Solde au début", "Opening balance")
_CARRIED = Text("Report du document précédent", "Brought forward")
_TO_CARRY = Text("À reporter", "Carried forward")
_CLOSING = Text("Solde à la fin", "Closing balance")
_IN, _OUT = Text("Total entré", "Total in"), Text("Total sorti", "Total out")
_PROTECTED = Text("dont part protégée : {}", "protected share of it: {}")
_NONE = Text("Aucun mouvement.", "No movement.")
_NO_MOVEMENT = Text("Aucun mouvement dans cette période.", "No movement in this period.")
_RECORDED = Text("inscrit le\u00a0{}", "entered on\u00a0{}")


class Statement:
    """One document of a statement; fed with movements by right, then by date."""

    def __init__(
        self,
        units: Mapping[str, Unit],
        *,
        name: str,
        start: date | None,
        end: date,
        on: date,
        lang: Lang,
    ) -> None:
        self._units, self._lang, self._start = units, lang, start
        self._name, self._end, self._on = name, end, on
        self._right, self._unit = "", units["EUR"]
        self._label = ""
        self._balance = self._protected = self._in = self._out = Decimal(0)
        self._begun = False
        self._new_paper()

    def _new_paper(self) -> None:
        lang = self._lang
        self.lines = 0
        self._paper = Paper(_TITLE.in_(lang), lang=lang, on=self._on)
        self._paper.heading(_TITLE.in_(lang))
        if self._name:
            self._paper.paragraph(self._name, bold=True)
        span = _SPAN if self._start else _ALL
        start = format_day(self._start, lang) if self._start else ""
        self._paper.paragraph(span.in_(lang).format(start=start, end=format_day(self._end, lang)))
        self._paper.paragraph(_KNOWN.in_(lang).format(on=format_day(self._on, lang)), soft=True)

    def take(self, row: Row) -> None:
        """A movement: before the period it only makes the opening balance."""
        if row["right_id"] != self._right:
            self._close()
            self._right, self._label = row["right_id"], row["right"]
            self._unit = self._units[row["unit"]]
            self._balance = self._protected = self._in = self._out = Decimal(0)
        if self._start and row["due_on"] < self._start:
            self._add(row)
            return
        if not self._begun:
            self._begin(_OPENING)
        self._add(row)
        self._in += max(row["amount"], Decimal(0))
        self._out -= min(row["amount"], Decimal(0))
        self._paper.row(self._cells(row))
        self.lines += 1

    def turn(self, file: IO[bytes]) -> None:
        """End this document and go on in another, where the balance is brought forward."""
        self._total(_TO_CARRY)
        self._paper.end_table()
        self._paper.write(file)
        self._new_paper()
        self._begin(_CARRIED)

    def finish(self, file: IO[bytes]) -> None:
        """End the last document."""
        if not self._right:
            self._paper.paragraph(_NONE.in_(self._lang))
        self._close()
        self._paper.write(file)

    def _add(self, row: Row) -> None:
        self._balance += row["amount"]
        self._protected += row["protected"]

    def _begin(self, opening: Text) -> None:
        lang = self._lang
        unit = unit_name(self._unit, lang)
        self._paper.heading(self._label, 2)
        self._paper.table(
            [
                Field(_DATE.in_(lang), 21),
                Field(_PERIOD.in_(lang), 30),
                Field(_WHY.in_(lang), 73),
                Field(f"{_AMOUNT.in_(lang)} ({unit})", 25, right=True),
                Field(f"{_BALANCE.in_(lang)} ({unit})", 25, right=True),
            ]
        )
        self._total(opening)
        self._begun = True

    def _cells(self, row: Row) -> Sequence[Cell]:
        lang, unit = self._lang, self._unit
        recorded = _RECORDED.in_(lang).format(day_of(row["recorded_at"]))
        more = [row["article"], row["payer"], recorded]
        if row["organisation"] and row["organisation"] != row["payer"]:
            more.insert(2, row["organisation"])
        if row["protected"]:
            share = column(row["protected"], unit, lang, signed=True)
            more.append(_PROTECTED.in_(lang).format(share))
        return (
            Cell(day(row["due_on"])),
            Cell(format_period(Period(row["period_start"], row["period_end"]), lang)),
            Cell(row["reason"], more="\u00a0· ".join(part for part in more if part)),
            Cell(column(row["amount"], unit, lang, signed=True)),
            Cell(column(self._balance, unit, lang)),
        )

    def _total(self, what: Text) -> None:
        lang, unit = self._lang, self._unit
        share = written(self._protected, unit, lang)
        more = _PROTECTED.in_(lang).format(share) if self._protected else ""
        balance = Cell(column(self._balance, unit, lang), bold=True)
        self._paper.row(
            [Cell(""), Cell(""), Cell(what.in_(lang), more, bold=True), Cell(""), balance]
        )

    def _close(self) -> None:
        if not self._right:
            return
        if not self._begun:
            self._begin(_OPENING)
            self._paper.row(
                [Cell(""), Cell(""), Cell(_NO_MOVEMENT.in_(self._lang)), Cell(""), Cell("")]
            )
        for what, total in ((_IN, self._in), (_OUT, -self._out)):
            figure = column(total, self._unit, self._lang, signed=True)
            self._paper.row(
                [Cell(""), Cell(""), Cell(what.in_(self._lang)), Cell(figure), Cell("")]
            )
        self._total(_CLOSING)
        self._paper.end_table()
        self._begun = False


class StatementWriter:
    """The statements of an export: all movements, in as many documents as it takes."""

    def __init__(self, spool: Spool, units: Mapping[str, Unit], *, on: date, lang: Lang) -> None:
        self._spool = spool
        self._units, self._on, self._lang = units, on, lang
        self._name = ""
        self._files: list[IO[bytes]] = []
        self._statement: Statement | None = None

    def begin(self, section: Section) -> None:
        """Start when the movements come."""
        if section.name == "movements":
            self._statement = Statement(
                self._units, name=self._name, start=None, end=self._on, on=self._on, lang=self._lang
            )

    def add(self, section: Section, rows: Sequence[Row]) -> None:
        """The name of the holder, then her movements."""
        if section.name == "identity":
            self._name = full_name(rows[0])
        if section.name != "movements" or self._statement is None:
            return
        for row in rows:
            if self._statement.lines == VOLUME:
                self._files.append(self._spool())
                self._statement.turn(self._files[-1])
            self._statement.take(row)

    def files(self) -> Iterable[tuple[str, IO[bytes]]]:
        """Every document, numbered."""
        if self._statement is not None:
            self._files.append(self._spool())
            self._statement.finish(self._files[-1])
        for rank, file in enumerate(self._files, 1):
            yield _NAMES.in_(self._lang).format(rank), rewound(file)


def full_name(identity: Row) -> str:
    """Given names and both names, as a civil document writes them."""
    used, born = identity["usual_name"], identity["birth_name"]
    names = f"{used} ({born})" if used and used != born else born
    return f"{identity['given_names']} {names}"
