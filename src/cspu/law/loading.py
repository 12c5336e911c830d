"""Read the texts of law from their YAML files; whatever is wrong comes back with file and line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

from cspu.kernel.amounts import Unit
from cspu.kernel.periods import PeriodKind
from cspu.kernel.text import Text
from cspu.kernel.yaml_source import Finding, Form, Item, read_yaml
from cspu.law.model import (
    Definition,
    Expression,
    Family,
    Funder,
    LawPack,
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

_MONTHS_IN_YEAR = 12
_DAYS_IN_EVERY_MONTH = 28
TEXTS = Path(__file__).parent / "texts"

_RIGHT_REQUIRED = [
    "id",
    "family",
    "segment",
    "unit",
    "label",
    "summary",
    "meaning",
    "responsible",
    "per",
    "period",
    "versions",
]
_RIGHT_OPTIONAL = ("during", "parameters", "references", "notes")
_VERSION_REQUIRED = ("in_force", "references", "when", "amount", "funder")
_VERSION_OPTIONAL = ("until", "cap", "protected", "due_after_months", "define", "sentences")


def load_pack(path: Path | None = None) -> LawPack:
    """Read every text under `path` (ours by default): units.yaml, fr/funders.yaml, fr/<id>.yaml.

    Never raises on a faulty text: it is left out, and said in `LawPack.findings`.
    """
    folder = path or TEXTS
    findings: list[Finding] = []
    units = _units(folder / "units.yaml", findings)
    funders = _funders(folder / "fr" / "funders.yaml", findings)
    rights: dict[str, Right] = {}
    for file in sorted((folder / "fr").glob("*.yaml")):
        if file.name == "funders.yaml":
            continue
        right = load_right(file, findings)
        if right is not None:
            rights[right.id] = right
    return LawPack(units, funders, rights, tuple(findings), folder)


def load_right(file: Path, findings: list[Finding]) -> Right | None:
    """Read one right; None when something essential could not be read."""
    name = f"{file.parent.name}/{file.name}"
    before = len(findings)
    item = read_yaml(file, findings, name=name)
    if item is None:
        return None
    form = Form(item, findings, required=_RIGHT_REQUIRED, optional=_RIGHT_OPTIONAL)
    right = _right(form, sha256(file.read_bytes()).hexdigest())
    if right.id != file.stem:
        findings.append(item.finding("id", right.id, _ID_IS_FILE))
    return right if len(findings) == before else None


def _right(form: Form, digest: str) -> Right:
    return Right(
        id=form.text("id"),
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
        versions=_versions(form),
        digest=digest,
        item=form.item,
    )


def _parameters(form: Form) -> Mapping[str, Parameter]:
    found = {}
    for name, item in form.named("parameters").items():
        part = Form(item, form.findings, required=("unit", "label", "values"))
        values = tuple(_value(value, form.findings) for value in part.items("values"))
        dated = [value for value in values if value is not None]
        if not dated:
            form.findings.append(item.finding("no_value", name, _NO_VALUE))
            continue
        if dated != sorted(dated, key=lambda value: value.start):
            form.findings.append(item.finding("order", name, _ORDER))
        label = part.bilingual("label")
        found[name] = Parameter(name, part.text("unit"), label, tuple(dated), item)
    return found


def _value(item: Item, findings: list[Finding]) -> ParameterValue | None:
    form = Form(
        item,
        findings,
        required=("from", "value", "reference"),
        optional=("url", "checked", "note"),
    )
    start, written = form.day("from"), form["value"]
    if start is None or written is None:
        return None
    reference = Reference(form.text("reference"), form.text("url"))
    if not reference.article.strip():
        findings.append(item.finding("no_reference", str(written.value), _NO_REFERENCE))
    value = _exact(written.value)
    return ParameterValue(
        start, value, reference, form.day("checked"), form.text("note"), item.line
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


def _versions(form: Form) -> tuple[RightVersion, ...]:
    items = form.items("versions")
    read = [_version(item, form.findings) for item in items]
    versions = [version for version in read if version is not None]
    for index, following in enumerate(versions[1:]):
        version = versions[index]
        if version.until is None:
            last_day = following.in_force - timedelta(days=1)
            versions[index] = replace(version, until=last_day)
    return tuple(versions)


def _version(item: Item, findings: list[Finding]) -> RightVersion | None:
    form = Form(item, findings, required=_VERSION_REQUIRED, optional=_VERSION_OPTIONAL)
    in_force = form.day("in_force")
    when, amount = _expression(form, "when"), _expression(form, "amount")
    if in_force is None or when is None or amount is None:
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


def _units(path: Path, findings: list[Finding]) -> Mapping[str, Unit]:
    item = read_yaml(path, findings)
    units = {}
    for code, part in (item.mapping if item and item.mapping else {}).items():
        form = Form(part, findings, required=("scale", "singular", "plural"), optional=("symbol",))
        singular, plural = form.bilingual("singular"), form.bilingual("plural")
        units[code] = Unit(code, form.integer("scale"), singular, plural, form.text("symbol"))
    return units


def _funders(path: Path, findings: list[Finding]) -> Mapping[str, Funder]:
    item = read_yaml(path, findings, name=f"fr/{path.name}")
    funders = {}
    for code, part in (item.mapping if item and item.mapping else {}).items():
        form = Form(part, findings, required=("label",))
        funders[code] = Funder(code, form.bilingual("label"))
    return funders


_ID_IS_FILE = Text(
    fr="L’identifiant du droit est le nom de son fichier.",
    en="A right's id is the name of its file.",
)
_NO_VALUE = Text(
    fr="Un paramètre a au moins une valeur datée.", en="A parameter has at least one dated value."
)
_NO_REFERENCE = Text(
    fr="Chaque valeur cite l’article dont elle vient (reference).",
    en="Each value cites the article it comes from (reference).",
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
