"""Read the table of access from its YAML files; `checking` then compares them with each other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from cspu.kernel.text import Text
from cspu.kernel.yaml_source import Finding, Form, Item, bilingual, known_values, read_yaml
from cspu.trust.access.checking import check
from cspu.trust.access.errors import AccessRefused
from cspu.trust.access.model import (
    CONSENT,
    AccessTable,
    Bound,
    Duration,
    LegalBasis,
    Mask,
    Purpose,
    RegionalSetting,
    Relation,
    Role,
    Scope,
    Secrecy,
    Theme,
    Verb,
    View,
)

FOLDER = Path(__file__).parent

_T = TypeVar("_T")


@cache
def load_access(folder: Path = FOLDER) -> AccessTable:
    """Read and check the table; AccessRefused lists all that is wrong, with file and line."""
    findings: list[Finding] = []
    forms = {
        "scopes": _form(folder, "scopes", findings, "classes", "scopes"),
        "bases": _form(folder, "legal_bases", findings, "consent", "legal_bases"),
        "roles": _form(folder, "roles", findings, "verbs", "roles"),
        "purposes": _form(folder, "purposes", findings, "purposes"),
        "themes": _form(folder, "themes", findings, "themes", "durations"),
        "regions": _form(folder, "regions", findings, "regions", "settings"),
    }
    table = _table(forms, findings)
    check(table, forms, findings)
    if findings:
        raise AccessRefused(findings)
    return table


def _form(folder: Path, stem: str, findings: list[Finding], *sections: str) -> Form:
    name = f"{stem}.yaml"
    item = read_yaml(folder / name, findings, name=name)
    return Form(item or Item(name, 1, mapping={}), findings, required=sections)


def _table(forms: Mapping[str, Form], findings: list[Finding]) -> AccessTable:
    roles = _each(forms["roles"], "roles", _role)
    bases = dict(_each(forms["bases"], "legal_bases", _basis))
    consent = forms["bases"]["consent"]
    if consent is not None:
        bases = {CONSENT: _basis(CONSENT, consent, findings), **bases}
    ranks = {key: rank for rank, key in enumerate(forms["scopes"].named("classes"))}
    return AccessTable(
        classes=_each(
            forms["scopes"],
            "classes",
            lambda key, item, found: _secrecy(key, ranks[key], item, found),
        ),
        scopes=_each(forms["scopes"], "scopes", _scope),
        bases=MappingProxyType(bases),
        verbs=_verbs(forms["roles"]),
        roles=roles,
        purposes=_each(forms["purposes"], "purposes", _purpose),
        themes=_each(forms["themes"], "themes", _theme),
        durations=_each(forms["themes"], "durations", _duration),
        regions=_each(forms["regions"], "regions", lambda _, item, found: bilingual(item, found)),
        settings=tuple(_settings(forms["regions"], roles)),
    )


def _each(
    form: Form, section: str, read: Callable[[str, Item, list[Finding]], _T]
) -> Mapping[str, _T]:
    named = form.named(section).items()
    return MappingProxyType({key: read(key, item, form.findings) for key, item in named})


def _secrecy(key: str, rank: int, item: Item, findings: list[Finding]) -> Secrecy:
    form = Form(item, findings, required=("label", "definition"))
    return Secrecy(key, rank, form.bilingual("label"), form.bilingual("definition"))


def _scope(key: str, item: Item, findings: list[Finding]) -> Scope:
    required = ("secrecy", "label", "shows", "opens")
    form = Form(item, findings, required=required, optional=("notes",))
    return Scope(
        key=key,
        secrecy=form.text("secrecy"),
        label=form.bilingual("label"),
        shows=form.bilingual("shows"),
        opens=form.texts("opens"),
        notes=form.text("notes"),
    )


def _basis(key: str, item: Item, findings: list[Finding]) -> LegalBasis:
    required = ("label", "sentence", "reference", "relation")
    form = Form(item, findings, required=required, optional=("assumed",))
    return LegalBasis(
        key=key,
        label=form.bilingual("label"),
        sentence=form.bilingual("sentence"),
        reference=form.text("reference"),
        relation=form.choice("relation", Relation, Relation.CONSENT),
        assumed=form.flag("assumed"),
    )


def _verbs(form: Form) -> Mapping[Verb, Text]:
    read: dict[Verb, Text] = {}
    for key, item in form.named("verbs").items():
        if key in list(Verb):
            read[Verb(key)] = bilingual(item, form.findings)
        else:
            form.findings.append(item.finding("verb", key, known_values([*Verb])))
    return MappingProxyType(read)


def _role(key: str, item: Item, findings: list[Finding]) -> Role:
    required = ("label", "description", "organisation", "secrecy", "second_factor", "view")
    form = Form(item, findings, required=required)
    return Role(
        key=key,
        label=form.bilingual("label"),
        description=form.bilingual("description"),
        organisation=form.bilingual("organisation"),
        secrecy=form.text("secrecy"),
        second_factor=form.flag("second_factor"),
        view=tuple(_view(line, findings) for line in form.items("view")),
    )


def _view(item: Item, findings: list[Finding]) -> View:
    form = Form(item, findings, required=("scope", "verbs", "basis"), optional=("regional",))
    return View(
        scope=form.text("scope"),
        verbs=_listed_verbs(form, "verbs"),
        basis=form.text("basis"),
        regional=form.choice("regional", Bound, Bound.FIXED),
    )


def _listed_verbs(form: Form, name: str) -> tuple[Verb, ...]:
    read = []
    for item in form.items(name):
        if item.value in list(Verb):
            read.append(Verb(str(item.value)))
        else:
            form.findings.append(item.finding("verb", str(item.value), known_values([*Verb])))
    return tuple(read)


def _purpose(key: str, item: Item, findings: list[Finding]) -> Purpose:
    required = ("label", "sentence", "roles", "terms")
    form = Form(item, findings, required=required, optional=("masked",))
    terms = [part.value for part in form.items("terms")]
    return Purpose(
        key=key,
        label=form.bilingual("label"),
        sentence=form.bilingual("sentence"),
        roles=form.texts("roles"),
        terms=tuple(days for days in terms if isinstance(days, int)),
        mask=_mask(form["masked"], findings),
    )


def _mask(item: Item | None, findings: list[Finding]) -> Mask | None:
    if item is None:
        return None
    form = Form(item, findings, required=("days", "rule"))
    return Mask(form.integer("days"), form.bilingual("rule"))


def _theme(key: str, item: Item, findings: list[Finding]) -> Theme:
    form = Form(item, findings, required=("rep_scope", "label", "scopes"))
    return Theme(key, form.text("rep_scope"), form.bilingual("label"), form.texts("scopes"))


def _duration(key: str, item: Item, findings: list[Finding]) -> Duration:
    form = Form(item, findings, required=("days", "label"))
    return Duration(key, form.integer("days"), form.bilingual("label"))


def _settings(form: Form, roles: Mapping[str, Role]) -> list[RegionalSetting]:
    """Every verb that a region adds or removes; the basis is that of the national line."""
    found = []
    for region, by_role in form.named("settings").items():
        for role, by_scope in (by_role.mapping or {}).items():
            lines = roles[role].view if role in roles else ()
            for scope, item in (by_scope.mapping or {}).items():
                part = Form(item, form.findings, optional=("add", "remove"))
                for change in ("add", "remove"):
                    allowed = change == "add"
                    for verb in _listed_verbs(part, change):
                        basis = _basis_changed(lines, scope, verb, adding=allowed)
                        found.append(RegionalSetting(region, role, scope, verb, basis, allowed))
    return found


def _basis_changed(lines: tuple[View, ...], scope: str, verb: Verb, *, adding: bool) -> str:
    """The basis of the line that a region widens (its consent) or narrows (the verb's own)."""
    for line in lines:
        if line.scope == scope and (line.regional is Bound.WIDEN if adding else verb in line.verbs):
            return line.basis
    return ""
