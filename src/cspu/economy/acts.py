"""What was done with what is held: each act as its receipt says it, and what it moved. Reads only."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import connection

from cspu.economy.statements import statement
from cspu.kernel.ids import PersonId
from cspu.kernel.text import Text

KINDS: Mapping[str, Text] = {
    "conversion": Text("Conversion", "Conversion"),
    "use": Text("Utilisation", "Use"),
    "gift": Text("Don", "Gift"),
    "help": Text("Heure d’entraide", "Hour of help"),
    "top_up": Text("Abondement", "Top-up"),
    "return": Text("Retour au financeur", "Return to the funder"),
    "recovery": Text("Remboursement d’une dette", "Paying back a debt"),
}


@dataclass(frozen=True, slots=True)
class Act:
    """One act. `said` holds what its receipt says; `label` is its rule's, empty where it has none.

    `made_by`: herself, helper, other_side (of an exchange), body, or time, which ended it. `payee`: the
    body it is for, `funder`: the employer that adds, by name; empty where there is none.
    """

    act_id: UUID
    right_id: str
    kind: str
    rule: str
    label: Text
    for_day: date
    made_at: datetime
    made_by: str
    payee: str
    funder: str
    said: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class ActMove:
    """One transfer of an act: `amount` in smallest units of `unit`, below zero when it left her."""

    right_id: str
    unit: str
    amount: int
    rank: int
    account_id: UUID


@dataclass(frozen=True, slots=True)
class ActHold:
    """What an act held of one right, and what of it was `settled`, in smallest units of `unit`.

    `state`: held while some of it has not ended; then settled, or where nothing was: released, expired.
    """

    right_id: str
    unit: str
    amount: int
    settled: int
    state: str


def act(person_id: PersonId, act_id: UUID) -> Act | None:
    """One act of the person in sight; None when there is none of that id."""
    with connection.cursor() as cursor:
        cursor.execute(statement("act"), {"person": person_id, "act": act_id})
        row = cursor.fetchone()
    if row is None:
        return None
    act_id, right_id, kind, rule, fr, en, *others = row
    others[-1] = json.loads(others[-1])  # Django hands jsonb over as it is written
    return Act(act_id, right_id, kind, rule, Text(fr, en), *others)


def moves(person_id: PersonId, act_id: UUID) -> list[ActMove]:
    """What an act moved so far, in the order of the ledger."""
    with connection.cursor() as cursor:
        cursor.execute(statement("act_moves"), {"person": person_id, "act": act_id})
        return [ActMove(*row) for row in cursor.fetchall()]


def holds(person_id: PersonId, act_id: UUID) -> list[ActHold]:
    """What an act held or holds; none for an act that moves at once."""
    with connection.cursor() as cursor:
        cursor.execute(statement("act_holds"), {"person": person_id, "act": act_id})
        return [ActHold(*row) for row in cursor.fetchall()]
