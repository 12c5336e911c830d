"""Read one right from its YAML file: what it holds depends on what it gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

from cspu.kernel.periods import PeriodKind
from cspu.kernel.text import LANGUAGES, Text
from cspu.kernel.yaml_source import Finding, Form, Item, read_yaml
from cspu.law.model import (
    Ask,
    Bounds,
    Definition,
    Duty,
    Expression,
    Family,
    Gives,
    Limit,
    Over,
    Parameter,
    ParameterValue,
    Per,
    Reference,
    Right,
    RightVersion,
    Sentence,
    Value,
    Window,
)

OUR_ASSUMPTION = Text("Choix de ce projet, faute de loi", "Chosen by this project, for want of law")
"""What stands for the article where no law gives a value, and the project assumed one."""

_MONTHS_IN_YEAR = 12
_DAYS_IN_EVERY_MONTH = 28

_RIGHT_REQUIRED = ("id", "family", "label", "summary", "responsible", "per", "period", "versions")
_RIGHT_OPTIONAL = (
    "gives",
    "during",
    "parameters",
    "references",
    "notes",
    "duties",
    "assumption",
    "drawn",
    "monotone",
)
_REQUIRED_BY_GIVES = {
    Gives.BALANCE: ("segment", "unit", "meaning"),
    Gives.PAYMENT: ("unit", "ask"),
    Gives.STATUS: ("ask",),
    Gives.ACCOUNT: ("segment", "unit", "meaning"),
}
_OPTIONAL_BY_GIVES = {
    Gives.BALANCE: ("ask", "unseen", "afterwards"),
    Gives.PAYMENT: ("segment", "meaning", "openfisca"),
    Gives.STATUS: ("segment", "meaning"),
    Gives.ACCOUNT: ("ask", "afterwards"),
}
_VERSION_REQUIRED = ("in_force", "references", "when")
_VERSION_OPTIONAL = ("until", "define", "sentences")
_LIMITS = ("cap", "protected", "due_after_months")


def load_right(file: Path, findings: list[Finding]) -> Right | None:
    """Read one right; None when something essential could not be read."""
    pack = file.parent.name
    before = len(findings)
    item = read_yaml(file, findings, name=f"{pack}/{file.name}")
    if item is None:
        return None
    gives = _gives(item, findings)
    form = Form(
        item,
        findings,
        required=(*_RIGHT_REQUIRED, *_REQUIRED_BY_GIVES[gives]),
        optional=(*_RIGHT_OPTIONAL, *_OPTIONAL_BY_GIVES[gives]),
    )
    right = _right(form, pack, gives, sha256(file.read_bytes()).hexdigest())
    if right.id != file.stem:
        findings.append(item.finding("id", right.id, _ID_IS_FILE))
    return right if len(findings) == before else None


def _gives(item: Item, findings: list[Finding]) -> Gives:
    """What the right gives, read before the rest since it decides which keys are allowed."""
    written = (item.mapping or {}).get("gives")
    if written is None:
        return Gives.BALANCE
    part = replace(item, mapping={"gives": written})
    return Form(part, findings, optional=("gives",)).choice("gives", Gives, Gives.BALANCE)


def _right(form: Form, pack: str, gives: Gives, digest: str) -> Right:
    openfisca = form.text("openfisca")
    return Right(
        id=form.text("id"),
        pack=pack,
        gives=gives,
        family=form.choice("family", Family, Family.GUARANTEED),
        segment=form.text("segment"),
        unit=form.text("unit"),
        label=form.bilingual("label"),
        summary=form.bilingual("summary"),
        meaning=form.bilingual("meaning"),
        responsible=form.bilingual("responsible"),
        per=form.choice("per", Per, Per.PERSON),
        period=form.choice("period", PeriodKind, PeriodKind.YEAR),
        during=form.texts("during"),
        parameters=_parameters(form),
        references=_references(form),
        notes=form.text("notes"),
        versions=_versions(form, _version_keys(gives, computed_elsewhere=bool(openfisca))),
        digest=digest,
        item=form.item,
        ask=_ask(form),
        drawn=form.text("drawn"),
        unseen=form.bilingual("unseen") if "unseen" in form else None,
        afterwards=form.bilingual("afterwards") if "afterwards" in form else None,
        duties=_duties(form),
        assumption=form.bilingual("assumption") if "assumption" in form else None,
        openfisca=openfisca,
        rises_with=_monotone(form, "rises"),
        falls_with=_monotone(form, "falls"),
    )


def _monotone(form: Form, way: str) -> tuple[str, ...]:
    item = form["monotone"]
    if item is None:
        return ()
    return Form(item, form.findings, optional=("rises", "falls")).texts(way)


def _ask(form: Form) -> Ask | None:
    item = form["ask"]
    if item is None:
        return None
    part = Form(item, form.findings, required=LANGUAGES, optional=("url",))
    return Ask(Text(part.text("fr"), part.text("en")), part.text("url"))


def _duties(form: Form) -> tuple[Duty, ...]:
    found = []
    for item in form.items("duties"):
        part = Form(item, form.findings, required=(*LANGUAGES, "reference"))
        found.append(Duty(Text(part.text("fr"), part.text("en")), part.text("reference")))
    return tuple(found)


def _parameters(form: Form) -> Mapping[str, Parameter]:
    found = {}
    for name, item in form.named("parameters").items():
        if "same_as" in (item.mapping or {}):
            found[name] = _same_as(name, item, form.findings)
            continue
        part = Form(
            item, form.findings, required=("unit", "label", "values"), optional=("regional",)
        )
        dated = read_values(name, part.items("values"), item, form.findings)
        if not dated:
            form.findings.append(item.finding("no_value", name, _NO_VALUE))
            continue
        label, bounds = part.bilingual("label"), _bounds(part)
        found[name] = Parameter(name, part.text("unit"), label, dated, item, bounds)
    return found


def _same_as(name: str, item: Item, findings: list[Finding]) -> Parameter:
    """A figure of another text; its own label may take the place of that one's."""
    part = Form(item, findings, required=("same_as",), optional=("label",))
    label = part.bilingual("label") if "label" in part else Text("", "")
    return Parameter(name, "", label, (), item, same_as=part.text("same_as"))


def _bounds(form: Form) -> Bounds | None:
    """Between what and what a region may set the figure."""
    item = form["regional"]
    if item is None:
        return None
    part = Form(item, form.findings, required=("lowest", "highest"))
    lowest, highest = (
        _exact(found.value) if (found := part[name]) else None for name in ("lowest", "highest")
    )
    if not (isinstance(lowest, Decimal) and isinstance(highest, Decimal) and lowest <= highest):
        form.findings.append(item.finding("bounds", "regional", _BOUNDS))
        return None
    return Bounds(lowest, highest, item)


def read_values(
    name: str, items: Sequence[Item], place: Item, findings: list[Finding]
) -> tuple[ParameterValue, ...]:
    """The dated values of a figure, oldest first; values out of order are a finding at `place`."""
    values = (_value(value, findings) for value in items)
    dated = [value for value in values if value is not None]
    if dated != sorted(dated, key=lambda value: value.start):
        findings.append(place.finding("order", name, _ORDER))
    return tuple(dated)


def _value(item: Item, findings: list[Finding]) -> ParameterValue | None:
    assumed = "assumption" in (item.mapping or {})
    form = Form(
        item,
        findings,
        required=("from", "value", *(() if assumed else ("reference",))),
        optional=("url", "checked", "note", "reference", "assumption"),
    )
    start, written = form.day("from"), form["value"]
    if start is None or written is None:
        return None
    if isinstance(written.value, str):
        findings.append(written.finding("value", written.value, _NO_FIGURE))
    reference, assumption = form.text("reference"), form.text("assumption")
    if not (assumption.strip() if assumed else reference.strip()):
        findings.append(item.finding("no_reference", str(written.value), _NO_REFERENCE))
    return ParameterValue(
        start,
        _exact(written.value),
        Reference(reference or OUR_ASSUMPTION.fr, form.text("url")),
        form.day("checked"),
        form.text("note"),
        item.line,
        assumption,
    )


def _exact(value: object) -> Value | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    return value if isinstance(value, (Decimal, bool, date, str)) else None


def _references(form: Form) -> tuple[Reference, ...]:
    found = []
    for item in form.items("references"):
        part = Form(item, form.findings, required=("article",), optional=("url", "note"))
        found.append(Reference(part.text("article"), part.text("url"), part.text("note")))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Keys:
    """The keys of a version, by what the right gives."""

    required: tuple[str, ...]
    optional: tuple[str, ...]


def _version_keys(gives: Gives, *, computed_elsewhere: bool) -> _Keys:
    """A status has no amount nor funder, and only what the ledger keeps has limits."""
    if not gives.has_amount:
        return _Keys(_VERSION_REQUIRED, _VERSION_OPTIONAL)
    amount = () if computed_elsewhere else ("amount",)
    limits = _LIMITS if gives is Gives.BALANCE else ()
    return _Keys((*_VERSION_REQUIRED, *amount, "funder"), (*_VERSION_OPTIONAL, *limits))


def _versions(form: Form, keys: _Keys) -> tuple[RightVersion, ...]:
    items = form.items("versions")
    read = [_version(item, keys, form.findings) for item in items]
    versions = [version for version in read if version is not None]
    for index, following in enumerate(versions[1:]):
        version = versions[index]
        if version.until is None:
            last_day = following.in_force - timedelta(days=1)
            versions[index] = replace(version, until=last_day)
    return tuple(versions)


def _version(item: Item, keys: _Keys, findings: list[Finding]) -> RightVersion | None:
    form = Form(item, findings, required=keys.required, optional=keys.optional)
    in_force = form.day("in_force")
    when, amount = _expression(form, "when"), _expression(form, "amount")
    if in_force is None or when is None or (amount is None and "amount" in keys.required):
        return None
    return RightVersion(
        in_force=in_force,
        until=form.day("until"),
        references=_references(form),
        when=when,
        amount=amount,
        cap=_limit(form, "cap"),
        protected=_limit(form, "protected"),
        funder=form.text("funder"),
        due_after_months=form.integer("due_after_months"),
        definitions=_definitions(form),
        sentences=tuple(_sentence(part, findings) for part in form.items("sentences")),
        item=item,
    )


def _expression(form: Form, name: str) -> Expression | None:
    item = form[name]
    if item is None:
        return None
    if isinstance(item.value, str):
        return Expression(item.value, item)
    if isinstance(item.value, (int, Decimal)):
        written = "TRUE" if item.value is True else "FALSE" if item.value is False else item.value
        return Expression(str(written), replace(item, value=str(written), raw=str(written)))
    form.findings.append(item.finding("shape", name, _EXPRESSION))
    return None


def _limit(form: Form, name: str) -> Limit | None:
    item = form[name]
    if item is None:
        return None
    if item.value == "all" and name == "protected":
        return Limit(None, Over.BALANCE, None, item)
    part = Form(item, form.findings, required=("amount", "over"), optional=("window",))
    over = part.choice("over", Over, Over.BALANCE)
    window = _window(part)
    if (over is Over.WINDOW) != (window is not None):
        form.findings.append(item.finding("window", name, _WINDOW))
    return Limit(_expression(part, "amount"), over, window, item)


def _window(form: Form) -> Window | None:
    item = form["window"]
    if item is None:
        return None
    part = Form(item, form.findings, required=("starts", "months"))
    month, _, day = part.text("starts").partition("-")
    months = part.integer("months", 12)
    if not (month.isdigit() and day.isdigit()) or _MONTHS_IN_YEAR % max(months, 1):
        form.findings.append(item.finding("window", part.text("starts"), _WINDOW))
        return None
    if not (1 <= int(month) <= _MONTHS_IN_YEAR and 1 <= int(day) <= _DAYS_IN_EVERY_MONTH):
        form.findings.append(item.finding("window", part.text("starts"), _WINDOW))
        return None
    return Window(int(month), int(day), months)


def _definitions(form: Form) -> tuple[Definition, ...]:
    found = []
    for name, item in form.named("define").items():
        part = Form(item, form.findings, required=("unit", "label", "value"))
        expression = _expression(part, "value")
        if expression is not None:
            label = part.bilingual("label")
            found.append(Definition(name, part.text("unit"), label, expression))
    return tuple(found)


def _sentence(item: Item, findings: list[Finding]) -> Sentence:
    form = Form(item, findings, required=("fr", "en"), optional=("when",))
    text = Text(form.text("fr"), form.text("en"))
    return Sentence(_expression(form, "when"), text, item)


_ID_IS_FILE = Text(
    fr="L’identifiant du droit est le nom de son fichier.",
    en="A right's id is the name of its file.",
)
_NO_VALUE = Text(
    fr="Un paramètre a au moins une valeur datée.", en="A parameter has at least one dated value."
)
_NO_FIGURE = Text(
    fr="Une valeur est un nombre, une date, true ou false.",
    en="A value is a number, a date, true or false.",
)
_NO_REFERENCE = Text(
    fr="Chaque valeur cite l’article dont elle vient (reference) ; celle que la loi ne donne pas dit "
    "pourquoi nous l’avons choisie (assumption).",
    en="Each value cites the article it comes from (reference); one that the law does not give says "
    "why we chose it (assumption).",
)
_BOUNDS = Text(
    fr="`regional: {lowest: …, highest: …}` : deux nombres, le plus petit d’abord.",
    en="`regional: {lowest: …, highest: …}`: two numbers, the smallest first.",
)
_ORDER = Text(
    fr="Les valeurs sont écrites de la plus ancienne à la plus récente.",
    en="Values are written from the oldest to the latest.",
)
_EXPRESSION = Text(
    fr="Attendu ici : une expression, entre guillemets.",
    en="Expected here: an expression, in quotes.",
)
_WINDOW = Text(
    fr='`over: window` va avec `window: {starts: "06-01", months: 12}` (jour 1 à 28 ; un nombre '
    "de mois qui divise 12), et seulement avec lui.",
    en='`over: window` goes with `window: {starts: "06-01", months: 12}` (day 1 to 28; months '
    "that divide 12), and only with it.",
)
