"""Writing to `trust`: the table of access, published from its files; named commands, as they start."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from uuid import uuid4

from django.db import connection, transaction

from cspu.kernel.ids import PersonId
from cspu.trust.access.model import NATIONAL, AccessTable
from cspu.trust.acts import command_verb
from cspu.trust.publishing import Content, publish

_PUBLISHING_LOCK = 0x41434353
"""Key of the advisory lock held while publishing ("ACCS" in ASCII)."""


def publish_access(table: AccessTable) -> int:
    """Make the database hold exactly this table; how many rows that changed (0: nothing to do).

    In one transaction, as the owner: readers see the former table or the new one, never a mixture,
    and two publications at once follow each other. A scope, role or purpose that something else
    refers to cannot vanish: the database refuses, and the former table stays.
    """
    return publish(tuple(_contents(table)), lock=_PUBLISHING_LOCK)


def record_treatment(
    command: str, *, started_at: datetime, about: PersonId | None = None, act: str = ""
) -> None:
    """Journal a named command before it works on persons' data; everybody can read the line.

    Transaction: committed here, so that a command that fails later is known to have started.
    `command` holds its name and arguments, and nothing personal. `about`: whom alone it concerns; her
    own journal then says that `act` was done, and whether it read or acted (`acts.command_verb`).
    """
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(
            "SELECT trust.record_treatment(%s, %s, %s, %s, %s, %s)",
            [uuid4(), command, started_at, about, act or None, command_verb(act)],
        )


def _contents(table: AccessTable) -> Iterator[Content]:
    """What every table of the schema must hold, what is referred to first."""
    yield from _scopes(table)
    yield Content(
        "trust",
        "legal_basis",
        ("basis",),
        (*_twice("label", "sentence"), "reference", "relation", "assumed"),
        tuple(
            (
                *(each.key, each.label.fr, each.label.en, each.sentence.fr, each.sentence.en),
                *(each.reference, each.relation.value, each.assumed),
            )
            for each in table.bases.values()
        ),
    )
    yield from _roles(table)
    yield from _purposes(table)
    yield from _themes(table)


def _twice(*names: str) -> tuple[str, ...]:
    return tuple(f"{name}_{lang}" for name in names for lang in ("fr", "en"))


def _scopes(table: AccessTable) -> Iterator[Content]:
    yield Content(
        "trust",
        "secrecy",
        ("secrecy",),
        ("rank", *_twice("label", "definition")),
        tuple(
            (
                *(each.key, each.rank, each.label.fr, each.label.en),
                *(each.definition.fr, each.definition.en),
            )
            for each in table.classes.values()
        ),
    )
    yield Content(
        "trust",
        "scope",
        ("scope",),
        ("secrecy", "position", *_twice("label", "shows")),
        tuple(
            (
                *(each.key, each.secrecy, position),
                *(each.label.fr, each.label.en, each.shows.fr, each.shows.en),
            )
            for position, each in enumerate(table.scopes.values())
        ),
    )
    rows = tuple((kind, each.key) for each in table.scopes.values() for kind in each.opens)
    yield Content("trust", "kind", ("kind",), ("scope",), rows)


def _roles(table: AccessTable) -> Iterator[Content]:
    yield Content(
        "trust",
        "role",
        ("role",),
        ("position", *_twice("label", "description"), "secrecy", "second_factor"),
        tuple(
            (
                *(each.key, position, each.label.fr, each.label.en),
                *(each.description.fr, each.description.en, each.secrecy, each.second_factor),
            )
            for position, each in enumerate(table.roles.values())
        ),
    )
    national = tuple(
        (cell.role, cell.scope, cell.verb.value, NATIONAL, cell.basis, True)
        for cell in table.cells()
        if cell.basis
    )
    regional = tuple(
        (each.role, each.scope, each.verb.value, each.region, each.basis, each.allowed)
        for each in table.settings
    )
    key = ("role", "scope", "verb", "region")
    yield Content("trust", "view", key, ("basis", "allowed"), national + regional)


def _purposes(table: AccessTable) -> Iterator[Content]:
    purposes = table.purposes.values()
    yield Content(
        "trust",
        "purpose",
        ("purpose",),
        ("position", *_twice("label", "sentence"), "masked_days", *_twice("mask_reason")),
        tuple(
            (
                *(each.key, position, each.label.fr, each.label.en),
                *(each.sentence.fr, each.sentence.en),
                *((each.mask.days, each.mask.rule.fr, each.mask.rule.en) if each.mask else ()),
                *(() if each.mask else (None, None, None)),
            )
            for position, each in enumerate(purposes)
        ),
    )
    rows = tuple((each.key, role) for each in purposes for role in each.roles)
    yield Content("trust", "purpose_role", ("purpose", "role"), (), rows)
    terms = tuple((each.key, days) for each in purposes for days in each.terms)
    yield Content("trust", "purpose_term", ("purpose", "days"), (), terms)


def _themes(table: AccessTable) -> Iterator[Content]:
    themes = table.themes.values()
    yield Content(
        "trust",
        "theme",
        ("theme",),
        ("position", *_twice("label"), "rep_scope"),
        tuple(
            (each.key, position, each.label.fr, each.label.en, each.rep_scope)
            for position, each in enumerate(themes)
        ),
    )
    rows = tuple((each.key, scope) for each in themes for scope in each.scopes)
    yield Content("trust", "theme_scope", ("theme", "scope"), (), rows)
    yield Content(
        "trust",
        "mandate_duration",
        ("duration",),
        ("days", *_twice("label")),
        tuple(
            (each.key, each.days, each.label.fr, each.label.en) for each in table.durations.values()
        ),
    )
