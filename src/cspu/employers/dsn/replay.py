"""Which version of a declaration counts. Pure rules: order numbers decide, never the order of arrival.

Note [any order of arrival]. For a monthly slot the accepted version is the one with the highest
order number among those received. A notice counts unless another notice, received before or after
it, names it as the one it replaces or cancels. Both are properties of the set of declarations
received, so any order of arrival ends in the same facts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from cspu.employers.dsn.errors import DsnRefused
from cspu.employers.dsn.scanning import Declared
from cspu.kernel.text import Text

_CANCELS = "04"


class Status(StrEnum):
    """What became of a version of a declaration."""

    ACCEPTED = "accepted"
    SUPERSEDED = "superseded"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Known:
    """What the log holds about a declaration's slot, before it is imported.

    contents: declaration id -> digest, for the versions received; accepted_order: order number of
    the version that counts; replaced_by: type of the notice that names this one, if any.
    """

    contents: Mapping[UUID, bytes]
    accepted_order: int | None = None
    replaced_by: str | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do with a declaration: `None` status when the same one is there already."""

    status: Status | None

    @property
    def counts(self) -> bool:
        """Whether its facts are asserted."""
        return self.status is Status.ACCEPTED


def decide(declared: Declared, known: Known) -> Decision:
    """What becomes of this declaration. DsnRefused when its number already names another content."""
    head = declared.head
    content = known.contents.get(head.declaration_id)
    if content == declared.content:
        return Decision(None)
    if content is not None:
        raise _same_order(declared)
    if head.monthly:
        late = known.accepted_order is not None and known.accepted_order > head.order
        return Decision(Status.SUPERSEDED if late else Status.ACCEPTED)
    if known.replaced_by is None:
        return Decision(Status.ACCEPTED)
    return Decision(replaced_status(known.replaced_by))


def replaced_status(kind: str) -> Status:
    """What a notice becomes when another of that type names it."""
    return Status.CANCELLED if kind == _CANCELS else Status.SUPERSEDED


def _same_order(declared: Declared) -> DsnRefused:
    head = declared.head
    month, order = f"{head.month:%m/%Y}", head.order
    return DsnRefused(
        "dsn_order_taken",
        Text(
            f"Ligne {head.line} : une déclaration de {month} (SIRET {head.siret}, nature {head.nature})"
            f" porte déjà le numéro d'ordre {order} avec un autre contenu. Rien n'a été importé.",
            f"Line {head.line}: a declaration for {month} (SIRET {head.siret}, nature {head.nature})"
            f" already bears order number {order} with another content. Nothing was imported.",
        ),
        Text(
            "Pour la remplacer, envoyez une « annule et remplace » avec un numéro d'ordre plus grand.",
            "To replace it, send a cancel-and-replace with a greater order number.",
        ),
    )
