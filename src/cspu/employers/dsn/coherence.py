"""What the form of single values cannot show: required rubrics, identities, dates in order, references."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from stdnum.fr import siret

from cspu.employers.dsn import reasons, tree
from cspu.employers.dsn.dates import read_date
from cspu.employers.dsn.labels import NONE, label
from cspu.employers.dsn.problems import Problem, shape
from cspu.employers.dsn.tree import Block, Group
from cspu.kernel.text import Text
from cspu.people.errors import InvalidIdentity
from cspu.people.nir import normalise_nir

_MONTHLY_ONLY_TYPES = ("02", "05")
_CANCELLABLE = ("07", "08", "09")
_NOT_SPLIT = "11"
_LONGEST_PAY_PERIOD = timedelta(days=5 * 366)

_IN_ORDER = (
    ("S21.G00.51", "001", "002"),
    ("S21.G00.58", "001", "002"),
    ("S21.G00.60", "002", "003"),
    ("S21.G00.65", "002", "003"),
    ("S21.G00.40", "001", "010"),
)
"""Block, earlier date, later date."""

_CORSICA = ("20", "2A", "2B")
_REFERENCES = (("S21.G00.34", "002"), ("S21.G00.51", "010"))


def problems(group: Group) -> Iterator[Problem]:
    """Everything incoherent in one group."""
    for block in group.blocks:
        for rubric in tree.REQUIRED_RUBRICS.get(block.code, ()):
            if rubric not in block.values:
                yield _problem(block, rubric, reasons.MISSING)
    if group.anchor == tree.DECLARATION:
        yield from _declaration(group)
    elif group.anchor == tree.PERSON:
        yield from _person(group)


def _problem(block: Block, rubric: str, reason: Text) -> Problem:
    value = block.values.get(rubric, "")
    place = f"{block.code}.{rubric}"
    return Problem(
        block.line_of(rubric), place, label(place), shape(value) if value else NONE, reason
    )


def _declaration(group: Group) -> Iterator[Problem]:
    head = group.blocks[0]
    values = head.values
    nature, kind = values.get("001", ""), values.get("002", "")
    if nature and kind in _MONTHLY_ONLY_TYPES and nature != tree.MONTHLY:
        yield _problem(head, "002", _MONTHLY_ONLY)
    if nature and kind == "04" and nature not in _CANCELLABLE:
        yield _problem(head, "002", _NOT_CANCELLABLE)
    if kind in ("03", "04") and not values.get("006"):
        yield _problem(head, "006", _NAME_THE_REPLACED)
    fraction = values.get("003", "")
    if fraction and fraction[0] > fraction[1]:
        yield _problem(head, "003", _FRACTION)
    if fraction and nature not in ("", tree.MONTHLY) and fraction != _NOT_SPLIT:
        yield _problem(head, "003", _SIGNAL_NOT_SPLIT)
    if values.get("010") == "02":
        yield _problem(head, "010", _EURO_ONLY)
    yield from _siret(group)


def _siret(group: Group) -> Iterator[Problem]:
    company, place = group.first(tree.COMPANY), group.first(tree.ESTABLISHMENT)
    if company is None or place is None:
        return
    siren, nic = company.values.get("001", ""), place.values.get("001", "")
    if siren and nic and not siret.is_valid(siren + nic):
        yield _problem(place, "001", _SIRET)


def _person(group: Group) -> Iterator[Problem]:
    person = group.blocks[0]
    if "001" not in person.values and "020" not in person.values:
        yield _problem(person, "001", _NUMBERLESS)
    yield from _nir(person)
    ntt = person.values.get("020", "")
    if ntt and not (ntt[0] in "12" and ntt[1:10].isdecimal()):
        yield _problem(person, "020", _NTT)
    by_code: dict[str, list[Block]] = {}
    for block in group.blocks:
        by_code.setdefault(block.code, []).append(block)
    yield from _contracts(by_code)
    for code, earlier, later in _IN_ORDER:
        for block in by_code.get(code, ()):
            yield from _in_order(block, earlier, later)
    yield from _ends(group, by_code)


def _nir(person: Block) -> Iterator[Problem]:
    nir = person.values.get("001", "")
    if not nir:
        return
    born = person.values.get("006", "")
    if nir.endswith("999999"):
        yield _problem(person, "001", _FILLED)
    elif born and born[-2:] != nir[1:3]:
        yield _problem(person, "001", _BIRTH_YEAR)
    elif born and nir[5:7] in _CORSICA:
        # The rest of what a NIR must be is in its form; Corsica needs the whole rule.
        try:
            normalise_nir(nir, birth_date=read_date(born))
        except InvalidIdentity as error:
            yield _problem(person, "001", error.message)


def _contracts(by_code: Mapping[str, list[Block]]) -> Iterator[Problem]:
    numbers: set[str] = set()
    for contract in by_code.get("S21.G00.40", ()):
        number = contract.values.get("009", "")
        if number and number in numbers:
            yield _problem(contract, "009", _CONTRACT_TWICE)
        numbers.add(number)
    if "" in numbers:
        return
    for code, rubric in _REFERENCES:
        for block in by_code.get(code, ()):
            if block.values.get(rubric) and block.values[rubric] not in numbers:
                yield _problem(block, rubric, _NO_SUCH_CONTRACT)


def _in_order(block: Block, earlier: str, later: str) -> Iterator[Problem]:
    start, end = _date(block, earlier), _date(block, later)
    if start is None or end is None:
        return
    if end < start:
        yield _problem(block, later, _BACKWARDS)
    elif block.code in ("S21.G00.51", "S21.G00.58") and end - start > _LONGEST_PAY_PERIOD:
        yield _problem(block, later, _TOO_LONG_A_PERIOD)


def _ends(group: Group, by_code: Mapping[str, list[Block]]) -> Iterator[Problem]:
    """An end before its contract, a return before its stop."""
    for end in by_code.get("S21.G00.62", ()):
        contract = group.blocks[end.parent] if end.parent >= 0 else None
        start = _date(contract, "001") if contract else None
        finish = _date(end, "001")
        if start and finish and finish < start:
            yield _problem(end, "001", _BACKWARDS)
    for stop in by_code.get("S21.G00.60", ()):
        last_worked, back = _date(stop, "002"), _date(stop, "010")
        if last_worked and back and back <= last_worked:
            yield _problem(stop, "010", _BACKWARDS)


def _date(block: Block, rubric: str) -> date | None:
    value = block.values.get(rubric, "")
    return read_date(value) if value else None


_MONTHLY_ONLY = Text(
    "Les types 02 et 05 (sans individu) n'existent que pour la DSN mensuelle.",
    "Types 02 and 05 (without people) only exist for the monthly declaration.",
)
_NOT_CANCELLABLE = Text(
    "Seuls les signalements 07, 08 et 09 s'annulent ; une DSN mensuelle se remplace.",
    "Only natures 07, 08 and 09 can be cancelled; a monthly declaration is replaced.",
)
_NAME_THE_REPLACED = Text(
    "Une déclaration qui remplace ou annule doit nommer celle qu'elle vise (date et numéro d'ordre).",
    "A declaration that replaces or cancels must name the one it aims at (date and order number).",
)
_FRACTION = Text(
    "La fraction n'est pas possible : sa place dépasse le nombre de fractions.",
    "The fraction is impossible: its place is beyond the number of fractions.",
)
_SIGNAL_NOT_SPLIT = Text(
    "Un signalement n'est pas fractionné : on attend 11.",
    "An event notice is not split: 11 is expected.",
)
_EURO_ONLY = Text(
    "Seules les déclarations en euros sont lues.",
    "Only declarations in euros are read.",
)
_SIRET = Text(
    "SIREN et NIC ne forment pas un SIRET valide (clé de contrôle).",
    "SIREN and NIC do not make a valid SIRET (check digit).",
)
_NUMBERLESS = Text(
    "La personne n'a ni NIR ni numéro technique temporaire (S21.G00.30.020).",
    "The person has neither a NIR nor a temporary technical number (S21.G00.30.020).",
)
_NTT = Text(
    "Un numéro technique temporaire commence par le sexe (1 ou 2) puis le SIREN.",
    "A temporary technical number begins with the sex (1 or 2), then the SIREN.",
)
_FILLED = Text(
    "Un NIR inconnu ne se remplit pas de 9 : déclarez un numéro technique temporaire (S21.G00.30.020).",
    "An unknown NIR is not filled with 9s: declare a temporary technical number (S21.G00.30.020).",
)
_BIRTH_YEAR = Text(
    "L'année du NIR n'est pas celle de la date de naissance.",
    "The year in the NIR is not that of the birth date.",
)
_CONTRACT_TWICE = Text(
    "Ce numéro de contrat est déjà celui d'un autre contrat de la personne.",
    "This contract number already belongs to another contract of the person.",
)
_NO_SUCH_CONTRACT = Text(
    "Aucun contrat de la personne ne porte ce numéro.",
    "No contract of the person bears this number.",
)
_BACKWARDS = Text("Cette date précède celle du début.", "This date comes before that of the start.")
_TOO_LONG_A_PERIOD = Text(
    "La période de paie dépasse cinq ans.",
    "The pay period is longer than five years.",
)
