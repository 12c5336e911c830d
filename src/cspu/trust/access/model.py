"""The table of access as values: scopes, roles, bases, purposes, themes, regions; its questions."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from cspu.kernel.text import Text

CONSENT = "consent"
"""The basis that the person gives herself."""

NATIONAL = ""
"""The region of what holds wherever no region says otherwise."""


class Verb(StrEnum):
    """What a role may do about a scope; roles.yaml says what each means."""

    READ = "read"
    ASK = "ask"
    ANSWER = "answer"
    VERIFY = "verify"


class Relation(StrEnum):
    """What must be on record between who acts and the person; legal_bases.yaml says what each is."""

    CONSENT = "consent"
    OWN_FILE = "own_file"
    OWN_ROWS = "own_rows"
    MANDATE = "mandate"
    AUDIT = "audit"
    INQUIRY = "inquiry"
    NONE = "none"


class Bound(StrEnum):
    """What a region may change of a line: nothing, take verbs away, or add some."""

    FIXED = "fixed"
    NARROW = "narrow"
    WIDEN = "widen"


@dataclass(frozen=True, slots=True)
class Secrecy:
    """A class of secrecy; rank 0 is the least secret."""

    key: str
    rank: int
    label: Text
    definition: Text


@dataclass(frozen=True, slots=True)
class Scope:
    """A part of what there is to see; `shows` completes "what they will see"."""

    key: str
    secrecy: str
    label: Text
    shows: Text
    opens: tuple[str, ...]
    notes: str


@dataclass(frozen=True, slots=True)
class LegalBasis:
    """Why one may see or act, what must be on record, and what the person reads of it."""

    key: str
    label: Text
    sentence: Text
    reference: str
    relation: Relation
    assumed: bool


@dataclass(frozen=True, slots=True)
class View:
    """One line of a role's default view."""

    scope: str
    verbs: tuple[Verb, ...]
    basis: str
    regional: Bound


@dataclass(frozen=True, slots=True)
class Role:
    """A kind of actor; `secrecy` is the highest class it may ever be given."""

    key: str
    label: Text
    description: Text
    organisation: Text
    secrecy: str
    second_factor: bool
    view: tuple[View, ...]


@dataclass(frozen=True, slots=True)
class Mask:
    """Who looked is hidden from the person for so many days, under a rule she can read."""

    days: int
    rule: Text


@dataclass(frozen=True, slots=True)
class Purpose:
    """Why an account is opened; `terms` are the days one may consent for (none: no consent)."""

    key: str
    label: Text
    sentence: Text
    roles: tuple[str, ...]
    terms: tuple[int, ...]
    mask: Mask | None


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme of a mandate; `rep_scope` is FranceConnect's name for it."""

    key: str
    rep_scope: str
    label: Text
    scopes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Duration:
    """How long a mandate may last."""

    key: str
    days: int
    label: Text


@dataclass(frozen=True, slots=True)
class RegionalSetting:
    """One verb that a region adds (`allowed`) or takes away; `basis` is that of the line."""

    region: str
    role: str
    scope: str
    verb: Verb
    basis: str
    allowed: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """One case of the matrix; `basis` is None where it is refused."""

    role: str
    scope: str
    verb: Verb
    basis: str | None


@dataclass(frozen=True, slots=True)
class AccessTable:
    """The whole table, in the order of the files. `bases` holds consent and the legal bases."""

    classes: Mapping[str, Secrecy]
    scopes: Mapping[str, Scope]
    bases: Mapping[str, LegalBasis]
    verbs: Mapping[Verb, Text]
    roles: Mapping[str, Role]
    purposes: Mapping[str, Purpose]
    themes: Mapping[str, Theme]
    durations: Mapping[str, Duration]
    regions: Mapping[str, Text]
    settings: Sequence[RegionalSetting]

    def basis_of(self, role: str, scope: str, verb: Verb, region: str = NATIONAL) -> str | None:
        """The basis on which a cell is allowed in a region; None: refused, as is any unknown word.

        `trust.basis_of` answers the same in the database.
        """
        for each in self.settings:
            if (each.region, each.role, each.scope, each.verb) == (region, role, scope, verb):
                return each.basis if each.allowed else None
        for line in self.roles[role].view if role in self.roles else ():
            if line.scope == scope and verb in line.verbs:
                return line.basis
        return None

    def allowed(self, role: str, scope: str, verb: Verb, region: str = NATIONAL) -> bool:
        """Whether the table has a basis for it; the basis may still want a consent or a file."""
        return self.basis_of(role, scope, verb, region) is not None

    def cells(self, region: str = NATIONAL) -> Iterator[Cell]:
        """Every role, scope and verb, the refused ones too."""
        for role in self.roles:
            for scope in self.scopes:
                for verb in Verb:
                    yield Cell(role, scope, verb, self.basis_of(role, scope, verb, region))

    def kinds_of(self, scopes: Collection[str]) -> frozenset[str]:
        """The kinds of rows that these scopes open; KeyError for a scope that does not exist."""
        return frozenset(kind for scope in scopes for kind in self.scopes[scope].opens)

    def scopes_of_themes(self, themes: Collection[str]) -> frozenset[str]:
        """The scopes that a mandate on these themes covers; KeyError for an unknown theme."""
        return frozenset(scope for theme in themes for scope in self.themes[theme].scopes)

    def purposes_of(self, role: str) -> tuple[Purpose, ...]:
        """The purposes that a role may give."""
        return tuple(each for each in self.purposes.values() if role in each.roles)
