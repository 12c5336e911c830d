"""The head of a declaration: which slot it belongs to, which version of it this is.

Note [slots]. A monthly declaration belongs to the slot (establishment, month, fraction, scope); its
order number says which version it is, and the highest wins whatever the order of arrival. An event
notice (work stop, return, end of contract) is a slot of its own, named by its writing date and
order number; another notice may replace or cancel it by that name.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from cspu.employers.dsn import tree
from cspu.employers.dsn.dates import read_date
from cspu.employers.dsn.tree import Group
from cspu.kernel.ids import OrganisationId, computed_id
from cspu.kernel.periods import month_of
from cspu.people.organisations import organisation_id

EMPTY_KINDS = ("02", "04", "05")
"""Types that say nothing of anybody: without people, or cancelling."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What the head of one declaration says. `line` is where it begins."""

    line: int
    siret: str
    nature: str
    kind: str
    fraction: str
    order: int
    month: date
    written_on: date
    replaces: str
    scope: str
    ape: str
    idcc: str

    @property
    def monthly(self) -> bool:
        """Whether this is a monthly declaration rather than an event notice."""
        return self.nature == tree.MONTHLY

    @property
    def name(self) -> str:
        """What a replacing declaration calls it: writing date (JJMMAAAA) then order number."""
        return f"{self.written_on:%d%m%Y}{self.order}"

    @property
    def slot_id(self) -> UUID:
        """Where its facts stand; versions of one monthly declaration share it."""
        if self.monthly:
            return computed_id(
                "dsn-slot", self.siret, self.nature, self.month, self.fraction, self.scope
            )
        return self._notice(self.name)

    @property
    def replaced_slot_id(self) -> UUID | None:
        """The notice it replaces or cancels; None for a monthly one, whose slot is its own."""
        return self._notice(self.replaces) if self.replaces and not self.monthly else None

    @property
    def declaration_id(self) -> UUID:
        """This version of it."""
        return computed_id("dsn-declaration", self.slot_id, self.order)

    @property
    def organisation_id(self) -> OrganisationId:
        """The establishment."""
        return organisation_id(self.siret)

    @property
    def asserted_for(self) -> date:
        """The day the declaration speaks of: a month's last day, a notice's writing date.

        So a monthly declaration overrules the notices written during its month.
        """
        return month_of(self.month).end if self.monthly else self.written_on

    @property
    def says_nobody(self) -> bool:
        """Whether it empties its slot."""
        return self.kind in EMPTY_KINDS

    def _notice(self, name: str) -> UUID:
        return computed_id("dsn-notice", self.siret, self.nature, name)


def head_of(group: Group) -> Head | None:
    """Read a declaration's head; None where it is too damaged to be named (problems were noted)."""
    values = group.blocks[0].values
    company, place = group.first(tree.COMPANY), group.first(tree.ESTABLISHMENT)
    month, written_on = read_date(values.get("005", "")), read_date(values.get("007", ""))
    siren = company.values.get("001", "") if company else ""
    nic = place.values.get("001", "") if place else ""
    order = values.get("004", "")
    if not (company and place and siren and nic and month and written_on and order):
        return None
    return Head(
        line=group.line,
        siret=siren + nic,
        nature=values.get("001", ""),
        kind=values.get("002", ""),
        fraction=values.get("003", ""),
        order=int(order),
        month=month,
        written_on=written_on,
        replaces=values.get("006", ""),
        scope=values.get("008", "") or "01",
        ape=place.values.get("002", ""),
        idcc=place.values.get("022", ""),
    )
