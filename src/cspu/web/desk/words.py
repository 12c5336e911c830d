"""How the desk names scopes, purposes and reasons, from the table of access."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from cspu.kernel.text import Lang
from cspu.trust.access import Relation, Verb, load_access
from cspu.trust.desk import Listed, Reason, Way


@dataclass(frozen=True, slots=True)
class Option:
    """A choice of a form, and whether it is made."""

    value: str
    label: str
    hint: str = ""
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class ReasonShown:
    """A reason to see somebody, in words. `kind` is consent, mandate or law."""

    kind: str
    purpose: str
    scopes: str
    reference: str
    until: datetime | None
    question: str


@dataclass(frozen=True, slots=True, repr=False)
class PersonShown:
    """A card of the roster."""

    person_id: str
    name: str
    reasons: tuple[ReasonShown, ...]


def scope_names(scopes: Iterable[str], lang: Lang) -> str:
    """`identité, travail`: in the order of the table, small letters, ready for a sentence."""
    wanted = set(scopes)
    names = [scope.label.in_(lang) for key, scope in load_access().scopes.items() if key in wanted]
    return ", ".join(name[:1].lower() + name[1:] for name in names)


def purpose_name(purpose: str, lang: Lang) -> str:
    """A purpose, as the person reads it."""
    known = load_access().purposes.get(purpose)
    return known.label.in_(lang) if known else purpose


def role_name(role: str, lang: Lang) -> str:
    """A role; its code where the table has none of that name."""
    known = load_access().roles.get(role)
    return known.label.in_(lang) if known else role


def reference_of(bases: Sequence[str]) -> str:
    """Where it is written, for the legal bases among these; empty where it is her choice alone."""
    table = load_access()
    keys = [basis.removeprefix("law:") for basis in bases if basis.startswith("law:")]
    return " ; ".join(dict.fromkeys(table.bases[key].reference for key in keys))


def shown(listed: Listed, lang: Lang) -> PersonShown:
    """Somebody of the roster, in words."""
    return PersonShown(
        str(listed.person_id),
        listed.name,
        tuple(_reason(reason, lang) for reason in listed.reasons),
    )


def _reason(reason: Reason, lang: Lang) -> ReasonShown:
    return ReasonShown(
        kind=reason.basis,
        purpose=purpose_name(reason.purpose, lang),
        scopes=scope_names(reason.scopes, lang),
        reference="",
        until=reason.until,
        question=reason.question,
    )


def own_rows_alone(role: str, scopes: Iterable[str], region: str, lang: Lang) -> str:
    """Of which scopes a role sees only the rows that its own body declared; empty: of none."""
    table = load_access()
    bases = {scope: table.basis_of(role, scope, Verb.READ, region) for scope in scopes}
    own = [
        scope
        for scope, basis in bases.items()
        if basis and scope != "identity" and table.bases[basis].relation is Relation.OWN_ROWS
    ]
    return scope_names(own, lang)


def way_shown(way: Way) -> tuple[ReasonShown, ...]:
    """On what a dossier is open: one reason for each kind of basis; what for is told once, beside."""
    bases = way.basis.split()
    kinds = dict.fromkeys(basis.partition(":")[0] for basis in bases)
    return tuple(
        ReasonShown(
            kind=kind,
            purpose="",
            scopes="",
            reference=reference_of(bases) if kind == "law" else "",
            until=way.until if kind != "law" else None,
            question="",
        )
        for kind in kinds
    )
