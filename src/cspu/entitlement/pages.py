"""What the account's screens show, as plain values: no markup, no database, text already chosen.

Every text is in the language asked for. An amount that is not known is `None`, never zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from cspu.kernel.amounts import Amount
from cspu.kernel.answers import Answer
from cspu.kernel.periods import Period


@dataclass(frozen=True, slots=True)
class MissingFact:
    """Something the answer waits for: what, over which months, and who can supply it."""

    label: str
    months: tuple[date, ...]
    supplied_by: str


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of the law that is not met, or not known to be: what would open the right."""

    sentence: str
    answer: Answer


@dataclass(frozen=True, slots=True)
class Upcoming:
    """What comes next: the amount the law gives on the facts known so far, and when it is due."""

    due_on: date
    amount: Amount | None
    complete: bool
    sentence: str


@dataclass(frozen=True, slots=True)
class Movement:
    """One transfer as the person reads it. `amount` is negative when it left her account.

    `act`: the act that made it, which has a receipt; None where settlement did.
    """

    transfer_id: str
    period_start: date
    period_end: date
    recorded_at: datetime
    amount: Amount
    balance_after: Amount
    kind: str
    reason: str
    counterparty: str
    article: str
    is_new: bool
    act: UUID | None


@dataclass(frozen=True, slots=True)
class Holding:
    """The part of a tile held with one employer (or with none, for rights held once)."""

    organisation: str
    balance: Amount
    protected: Amount


@dataclass(frozen=True, slots=True)
class Payment:
    """What a body pays for one period of a payment, and at what rhythm: once, month, quarter, year, event."""

    amount: Amount
    rhythm: str


@dataclass(frozen=True, slots=True)
class HowToAsk:
    """How to ask for a right, in a sentence, and where (empty: nowhere on line)."""

    sentence: str
    url: str


@dataclass(frozen=True, slots=True)
class Duty:
    """What a right obliges to, and the text that says so."""

    sentence: str
    reference: str


@dataclass(frozen=True, slots=True)
class Tile:
    """One right on the account page. `ended` says since when the law no longer gives it, or nothing.

    `reserved`: what of the balance is promised already; `meaning` is about the rest.
    `gives` is balance, payment, status or account (held, and filled by her own acts). For what the law
    does not put into the ledger, `judged` is the period the
    answer is about (the latest that can be judged), `payment` what it gives, and `undrawn` says that
    she is entitled and not known to draw it, `perhaps` that she may be: only her means, which nobody
    reckoned here, decide. `mark` says that the right is not law in force;
    `not_computed` why an amount cannot be known here; `computed` who computed one that is not ours;
    `unseen` what lowers a balance and nobody tells us, such as days already taken.
    """

    right_id: str
    family: str
    label: str
    summary: str
    answer: Answer
    balance: Amount | None
    protected: Amount | None
    meaning: str
    news: tuple[Movement, ...]
    upcoming: Upcoming | None
    conditions: Sequence[Condition]
    missing: tuple[MissingFact, ...]
    responsible: str
    ended: str = ""
    reserved: Amount | None = None
    gives: str = "balance"
    judged: Period | None = None
    payment: Payment | None = None
    undrawn: bool = False
    perhaps: bool = False
    ask: HowToAsk | None = None
    mark: str = ""
    not_computed: str = ""
    computed: str = ""
    unseen: str = ""


@dataclass(frozen=True, slots=True)
class Family:
    """One of the four families, with its tiles and its label."""

    code: str
    label: str
    explanation: str
    tiles: tuple[Tile, ...]


@dataclass(frozen=True, slots=True)
class AccountPage:
    """The whole account on one date."""

    on: date
    families: tuple[Family, ...]


@dataclass(frozen=True, slots=True)
class TraceNode:
    """One step of a computation: what it is, its value in words, the steps it was made from."""

    label: str
    value: str
    reference: str
    children: tuple[TraceNode, ...]
    known: bool = True


@dataclass(frozen=True, slots=True)
class FactUsed:
    """A fact the computation used: its value, who asserted it, when, and through which document."""

    label: str
    value: str
    source: str
    recorded_at: datetime | None
    detail: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why this amount for this period: a plain sentence first, then the tree, then the facts.

    `over`: the period has ended; `posted`: the ledger holds what it gave.
    """

    period_start: date
    period_end: date
    organisation: str
    answer: Answer
    amount: Amount | None
    sentence: str
    article: str
    article_url: str
    in_force: date
    funder: str
    over: bool
    posted: bool
    tree: tuple[TraceNode, ...]
    facts: tuple[FactUsed, ...]
    missing: tuple[MissingFact, ...]
    conditions: Sequence[Condition]


@dataclass(frozen=True, slots=True)
class TilePage:
    """One right in full. `changes`: each would by itself open it, or open it again."""

    tile: Tile
    holdings: tuple[Holding, ...]
    movements: tuple[Movement, ...]
    explanations: tuple[Explanation, ...]
    references: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    checked_on: date | None
    duties: tuple[Duty, ...] = ()
    assumptions: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
