"""From a tile's facts to how its card reads: held, open, closed or not known yet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache

from django.urls import reverse
from django.utils.translation import gettext

from cspu.entitlement.pages import AccountPage, Family, MissingFact, Movement, Tile
from cspu.kernel.answers import Answer
from cspu.web.wording import Figure, figure, rhythm

_NEWS_SHOWN = 4
_HELD_SHOWN = 4
_WAITING_SHOWN = 3
_SHUT_SHOWN = 2
_FILLED_BY_HER = "account"


class State(StrEnum):
    """What a card says first; cards come in this order within their family."""

    HELD = "held"
    OPEN = "open"
    EMPTY = "empty"
    UNKNOWN = "unknown"
    CLOSED = "closed"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class TileView:
    """A tile ready to be shown.

    `at_least`: the amount is a minimum, something is missing. `rhythm`: how often a payment comes.
    """

    tile: Tile
    state: State
    figure: Figure | None
    at_least: bool
    rhythm: str = ""

    @property
    def address(self) -> str:
        """Where the right is in full."""
        return _address(self.tile.right_id)

    @property
    def at_rest(self) -> bool:
        """Something is held, but the law gives no more of it today."""
        return self.state is State.HELD and self.tile.answer is Answer.NO

    @property
    def in_a_line(self) -> str:
        """What a folded card says: what the right is, and why it is folded."""
        return " ".join(filter(None, (self.tile.mark, _why_folded(self.tile, self.state))))


def _why_folded(tile: Tile, state: State) -> str:
    if tile.ended:
        return tile.ended
    if state is State.EMPTY:
        return gettext("Ouvert, rien dessus pour l’instant")
    if tile.missing:
        first = tile.missing[0]
        words = gettext("Il manque : %(what)s. Qui peut la donner : %(who)s.")
        return words % {"what": first.label, "who": first.supplied_by}
    if state is State.UNKNOWN:
        return ". ".join(filter(None, (gettext("On ne sait pas encore"), tile.not_computed)))
    if tile.conditions:
        return tile.conditions[0].sentence
    return gettext("Pas ouvert aujourd’hui")


@cache
def _address(right_id: str) -> str:
    """Looked up once a right: a page of all rights would ask seventy times."""
    return reverse("tile", args=[right_id])


@dataclass(frozen=True, slots=True)
class News:
    """A recent movement and its right; `who` tells apart two movements otherwise alike."""

    tile: Tile
    movement: Movement
    who: str


@dataclass(frozen=True, slots=True)
class Gap:
    """A fact that is missing, and every right that waits for it."""

    missing: MissingFact
    tiles: tuple[Tile, ...]

    @property
    def others(self) -> int:
        """How many more rights wait for it than a phone has room for."""
        return max(len(self.tiles) - _WAITING_SHOWN, 0)


@dataclass(frozen=True, slots=True)
class FamilyView:
    """A family with its cards, and those that may wait, folded.

    `empty`: open, with nothing on it; `unsure`: not known yet; `folded`: not open today.
    """

    family: Family
    tiles: tuple[TileView, ...]
    empty: tuple[TileView, ...]
    unsure: tuple[TileView, ...]
    folded: tuple[TileView, ...]


@dataclass(frozen=True, slots=True)
class Overview:
    """The account page, in the order of reading.

    What she has (`held`, the first of them) and the right that `comes` next; what she seems entitled
    to; `perhaps`: her situation opens it, and an amount that nobody computed here depends on her means;
    what is new; what is missing; the families.
    """

    held: tuple[TileView, ...]
    more_held: int
    comes: Tile | None
    undrawn: tuple[TileView, ...]
    perhaps: tuple[TileView, ...]
    news: tuple[News, ...]
    more_news: int
    gaps: tuple[Gap, ...]
    families: tuple[FamilyView, ...]

    @property
    def all_news(self) -> int:
        """How many news there are, shown here or not."""
        return len(self.news) + self.more_news


def state_of(tile: Tile) -> State:
    """Held as soon as there is something; never `closed` while a fact is missing."""
    if tile.balance:
        return State.HELD
    if tile.ended:
        return State.ENDED
    if tile.answer is Answer.UNKNOWN or (tile.balance is None and tile.missing):
        return State.UNKNOWN
    if tile.answer is Answer.YES and tile.gives == _FILLED_BY_HER:
        return State.EMPTY
    if tile.answer is Answer.YES and (tile.balance is not None or tile.gives != "balance"):
        return State.OPEN
    return State.CLOSED


def tile_view(tile: Tile) -> TileView:
    """How one tile reads."""
    state = state_of(tile)
    worth = tile.payment.amount if tile.payment else tile.balance
    shown = worth if state in {State.HELD, State.OPEN} else None
    # What she put there herself is known, whatever the law waits for.
    unsure = bool(tile.missing) or tile.answer is Answer.UNKNOWN
    incomplete = unsure and tile.gives != _FILLED_BY_HER
    return TileView(
        tile=tile,
        state=state,
        figure=figure(shown) if shown is not None else None,
        at_least=shown is not None and incomplete,
        rhythm=rhythm(tile.payment.rhythm) if tile.payment else "",
    )


def _family(family: Family) -> FamilyView:
    """Its cards in order; long lists of what is not known or not open are folded, never left out."""
    views = _in_order(tile_view(tile) for tile in family.tiles)
    empty = tuple(view for view in views if view.state is State.EMPTY)
    unsure = _folded(views, State.UNKNOWN)
    folded = _folded(views, State.CLOSED, State.ENDED)
    away = {view.tile.right_id for view in (*empty, *unsure, *folded)}
    shown = tuple(view for view in views if view.tile.right_id not in away)
    return FamilyView(family, shown, empty, unsure, folded)


def _folded(views: Sequence[TileView], *states: State) -> tuple[TileView, ...]:
    """The cards in those states: folded away where there are others to read first, or too many of them."""
    found = tuple(view for view in views if view.state in states)
    others = any(view.state in {State.HELD, State.OPEN} for view in views)
    return found if others or len(found) > _SHUT_SHOWN else ()


def _gaps(tiles: Sequence[Tile]) -> tuple[Gap, ...]:
    """Each missing fact once, however many rights wait for it."""
    waiting: dict[MissingFact, list[Tile]] = {}
    for tile in tiles:
        for missing in tile.missing:
            waiting.setdefault(missing, []).append(tile)
    return tuple(Gap(missing, tuple(rights)) for missing, rights in waiting.items())


def _in_order(views: Iterable[TileView]) -> tuple[TileView, ...]:
    """What is held first, what no longer exists last; otherwise as the law orders them."""
    return tuple(sorted(views, key=lambda view: list(State).index(view.state)))


def _held(page: AccountPage) -> tuple[TileView, ...]:
    """What she has, in figures: held, or paid to her as far as we know."""
    views = (tile_view(tile) for family in page.families for tile in family.tiles)
    return tuple(
        view for view in views if view.figure and not view.tile.undrawn and not _is_nothing(view)
    )


def _is_nothing(view: TileView) -> bool:
    return view.tile.balance is not None and not view.tile.balance


def _comes(tiles: Iterable[Tile]) -> Tile | None:
    """The right that gives something next, of those whose amount can be told."""
    coming = [
        (tile.upcoming.due_on, place, tile)
        for place, tile in enumerate(tiles)
        if tile.upcoming and tile.upcoming.amount
    ]
    return min(coming)[-1] if coming else None


def _news(tile: Tile, movement: Movement) -> News:
    alike = [one for one in tile.news if _span(one) == _span(movement)]
    return News(tile, movement, movement.counterparty if len(alike) > 1 else "")


def _span(movement: Movement) -> tuple[date, date]:
    return movement.period_start, movement.period_end


def overview(page: AccountPage) -> Overview:
    """The whole account page. Families keep the order of the law; empty ones say nothing."""
    tiles = [tile for family in page.families for tile in family.tiles]
    news = sorted(
        (_news(tile, movement) for tile in tiles for movement in tile.news),
        key=lambda one: (one.movement.recorded_at, one.movement.period_end),
        reverse=True,
    )
    held = _held(page)
    return Overview(
        held=held[:_HELD_SHOWN],
        more_held=max(len(held) - _HELD_SHOWN, 0),
        comes=_comes(tiles),
        undrawn=tuple(tile_view(tile) for tile in tiles if tile.undrawn),
        perhaps=tuple(tile_view(tile) for tile in tiles if tile.perhaps),
        news=tuple(news[:_NEWS_SHOWN]),
        more_news=max(len(news) - _NEWS_SHOWN, 0),
        gaps=_gaps(tiles),
        families=tuple(_family(family) for family in page.families if family.tiles),
    )
