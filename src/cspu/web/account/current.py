"""Before she reads or acts: her difference is settled, and what time has ended is ended."""

from __future__ import annotations

from datetime import date

from cspu.economy.uses import catch_up
from cspu.entitlement import operations
from cspu.kernel.ids import PersonId


def bring_up_to_date(person_id: PersonId, *, on: date) -> None:
    """Settle her; then end the holds, top-ups and pots whose time has come."""
    operations.settle_person(person_id, as_of=on)
    catch_up(person_id, on=on)
