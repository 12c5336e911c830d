"""Sends what is due, decides what came in. Role: batch, but `receive` and `statement`, which a request calls.

# Note [committed before it is said]
An offer is counted as sent in a transaction of its own before it is: whoever is killed in between sends it
again, and nobody takes back at once what may have left. An answer is written into the outbox in the
transaction of the decision: there is no decision without its answer, nor the other way round.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import date, datetime
from hashlib import sha256
from typing import Any, cast
from uuid import UUID

from django.db import DatabaseError, transaction

from cspu.economy.federation import books
from cspu.economy.federation.messages import (
    Identity,
    Kind,
    Message,
    MessageRefused,
    amount_in,
    bytes_in,
    read,
    sender_of,
    sign,
    word_in,
)
from cspu.economy.federation.transport import Transport, Unreachable
from cspu.kernel.errors import CspuError
from cspu.kernel.ids import computed_id

_log = logging.getLogger(__name__)
_KEPT = ("offer", "withdrawal", "answer")


def receive(identity: Identity, body: str) -> str:
    """Keep a message that came in, its signature checked; MessageRefused otherwise, and written down."""
    try:
        message = _checked(identity, body, _KEPT)
    except MessageRefused as error:
        books.refuse("", sha256(body.encode()).digest(), error.reason)
        raise
    return books.deposit(message, body)


def statement(identity: Identity, body: str) -> str:
    """This side's book with whoever signed the question, signed in turn."""
    message = _checked(identity, body, ("ask",))
    lines = [
        [str(line.crossing_id), line.outgoing, line.amount, line.state]
        for line in books.book_with(message.sender)
    ]
    return sign(identity, message.sender, "statement", message.crossing, {"lines": lines})


def run_once(identity: Identity, transport: Transport, *, on: date, at: datetime) -> int:
    """Decide all that came in, then send all that is due; how many messages were dealt with."""
    return decide_received(identity, on=on, at=at) + send_due(identity, transport, at=at)


def decide_received(identity: Identity, *, on: date, at: datetime) -> int:
    """Decide what came in, each message in a transaction of its own with its answer.

    One that cannot be decided now (an account is busy, something is amiss) waits, and the others go on.
    """
    count = 0
    while True:
        with transaction.atomic():
            found = books.next_received(at=at)
            if found is None:
                return count
            message_id, sender, body = found
            try:
                with transaction.atomic():
                    _decide(identity, _checked(identity, body, _KEPT), on=on, at=at)
            except MessageRefused as error:
                books.refuse(sender, sha256(body.encode()).digest(), error.reason)
                books.decided(message_id)
            except (CspuError, DatabaseError) as error:
                _log.warning("message %s waits: %s", message_id, type(error).__name__)
                books.put_off(message_id, at=at)
            else:
                books.decided(message_id)
        count += 1


def send_due(identity: Identity, transport: Transport, *, at: datetime) -> int:
    """Send what is due; what does not arrive stays due for later."""
    count = 0
    while True:
        with transaction.atomic():
            due = books.take_due(at=at)
        if due is None:
            return count
        count += 1
        try:
            transport.deliver(books.partner_named(due.partner).url, _body(identity, due))
        except Unreachable:
            continue
        books.sent(due.message_id)


def _body(identity: Identity, due: books.Due) -> str:
    if due.body:
        return due.body
    amount, code, terms = books.terms_of(due.crossing_id)
    said: Mapping[str, Any] = {"terms": terms.hex()}
    if due.kind == "offer":
        said = {**said, "unit": "hour", "amount": amount, "code": code.hex()}
    return sign(identity, due.partner, cast("Kind", due.kind), due.crossing_id, said)


def _checked(identity: Identity, body: str, kinds: tuple[str, ...]) -> Message:
    """A message of a partner's, of one of those kinds; MessageRefused for anything else."""
    sender = sender_of(body)
    try:
        keys = books.partner_named(sender).keys
    except CspuError:
        raise MessageRefused("forged") from None
    message = read(body, keys=keys, sender=sender, receiver=identity.name)
    if message.kind not in kinds:
        raise MessageRefused("altered")
    return message


def _decide(identity: Identity, message: Message, *, on: date, at: datetime) -> None:
    if message.kind == "answer":
        _take_answer(message, on=on)
        return
    terms = bytes_in(message, "terms")
    amount, code = None, None
    if message.kind == "offer":
        word_in(message, "unit", ("hour",))
        amount, code = amount_in(message), bytes_in(message, "code")
    outcome, reason = books.decide_crossing(
        message.sender, message.crossing, amount, code, terms, on=on
    )
    if outcome == "contradictory":
        raise MessageRefused("contradictory")
    said = {"terms": terms.hex(), "outcome": outcome, "reason": reason}
    body = sign(identity, message.sender, "answer", message.crossing, said)
    books.queue_answer(
        message.sender, message.crossing, _answer_id(message.sender, message.crossing), body, at=at
    )


def _take_answer(message: Message, *, on: date) -> None:
    outcome = word_in(message, "outcome", ("accepted", "refused"))
    reason = word_in(message, "reason", books.REASONS)
    found = books.take_answer(
        message.sender, message.crossing, bytes_in(message, "terms"), outcome, reason, on=on
    )
    if found not in ("done", "known"):
        raise MessageRefused(found)


def _answer_id(partner: str, crossing: UUID) -> UUID:
    return computed_id("answer", partner, crossing)
