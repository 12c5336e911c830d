"""Both books compared: which crossings one side tells otherwise than the other. Nothing is mended here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from cspu.economy.federation import books
from cspu.economy.federation.books import Line
from cspu.economy.federation.messages import Identity, MessageRefused, read, sign
from cspu.economy.federation.transport import Transport
from cspu.kernel.text import Text

MEANINGS: Mapping[str, Text] = {
    "under_way": Text("pas encore dénoué des deux côtés", "not settled on both sides yet"),
    "amount_differs": Text("montants différents", "amounts differ"),
    "credited_nowhere": Text(
        "parti d’un côté, jamais arrivé de l’autre",
        "gone from one side, never credited on the other",
    ),
    "credited_unsent": Text(
        "arrivé d’un côté, jamais parti de l’autre",
        "credited on one side, never gone from the other",
    ),
}


@dataclass(frozen=True, slots=True)
class Difference:
    """A crossing that both books tell differently; `code` is one of MEANINGS."""

    crossing_id: UUID
    code: str
    ours: str
    theirs: str

    @property
    def harmless(self) -> bool:
        """Time alone mends it: an answer on its way."""
        return self.code == "under_way"


def reconcile(
    identity: Identity, transport: Transport, partner: str, *, question: UUID
) -> list[Difference]:
    """Ask a partner for its book and compare. MessageRefused for an answer that is not its own.

    `question` tells this question from every other: the answer must be to it.
    """
    known = books.partner_named(partner)
    asked = sign(identity, partner, "ask", question, {}, name=str(question))
    told = read(
        transport.ask(known.url, asked), keys=known.keys, sender=partner, receiver=identity.name
    )
    if told.kind != "statement" or told.crossing != question:
        raise MessageRefused("altered")
    return list(compare(books.book_with(partner), _lines(told.said.get("lines"))))


def compare(ours: Sequence[Line], theirs: Sequence[Line]) -> Iterator[Difference]:
    """What differs between the book kept here and the one the partner keeps, crossing by crossing."""
    mine = {(line.crossing_id, line.outgoing): line for line in ours}
    other = {(line.crossing_id, not line.outgoing): line for line in theirs}
    for crossing, outgoing in sorted(mine.keys() | other.keys()):
        here, there = mine.get((crossing, outgoing)), other.get((crossing, outgoing))
        sender, receiver = (here, there) if outgoing else (there, here)
        code = _difference(sender, receiver)
        if code:
            yield Difference(
                crossing, code, here.state if here else "", there.state if there else ""
            )


def _difference(sender: Line | None, receiver: Line | None) -> str:
    """`sender` and `receiver`: what the side that gives and the side that gets say of one crossing."""
    left = sender.state if sender else "none"
    arrived = receiver.state if receiver else "none"
    both_said = sender is not None and receiver is not None and arrived == "accepted"
    if both_said and sender and receiver and sender.amount != receiver.amount:
        return "amount_differs"
    if left == "settled":
        return "" if arrived == "accepted" else "credited_nowhere"
    if arrived == "accepted":
        return "under_way" if left == "offered" else "credited_unsent"
    return "under_way" if left == "offered" else ""


def _lines(told: object) -> list[Line]:
    if not isinstance(told, list):
        raise MessageRefused("altered")
    try:
        return [
            Line(UUID(crossing), bool(outgoing), int(amount), str(state))
            for crossing, outgoing, amount, state in told
        ]
    except (TypeError, ValueError, AttributeError):
        raise MessageRefused("altered") from None
