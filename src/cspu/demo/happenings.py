"""The story told in its order, with what commands do of it: agreements of employers, top-ups. Role: batch.

Transactions: one a call. Idempotency: an agreement of one moment is written once, a top-up
is given once a campaign.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time

from django.db import connection

from cspu.demo.operations import hear
from cspu.demo.personas import Cast
from cspu.demo.story import Story, read_story
from cspu.economy import gifts, top_ups
from cspu.people.queries import find_by_nir

_BY = "command"


def tell(cast: Cast, *, settle: Callable[[date], object], act: Callable[[], object]) -> None:
    """Settled to the day of their acts, they act; then what was said since is heard, and settled.

    `settle` brings everybody's account to a day; `act` has the acts done as requests do them.
    """
    story, reached = read_story(cast), _settled_to()
    if reached < story.found_on:
        settle(story.acts_on)
        _publish_agreements(story)
        act()
        _give_top_ups(story, on=story.acts_on)
    if reached < cast.today:
        hear(cast)
        settle(story.found_on)
        _give_top_ups(story, on=story.found_on)


def _settled_to() -> date:
    """The last day that a command settled to: what comes before it in the story is over."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(settled_to), '0001-01-01') FROM entitlement.horizon")
        day: date = cursor.fetchone()[0]
    return day


def _publish_agreements(story: Story) -> None:
    """The employers of the story agree to gifts of days, with others' too."""
    for employer in story.agreements:
        gifts.agree(
            employer,
            agreed=True,
            outside=True,
            since=story.acts_on,
            at=datetime.combine(story.acts_on, time(8), UTC),
            by=_BY,
        )


def _give_top_ups(story: Story, *, on: date) -> None:
    """The top-ups of one of its days."""
    for given in story.top_ups:
        person_id = find_by_nir(given.person.nir)
        if given.day == on and person_id is not None:
            top_ups.give(person_id, given.rule, given.campaign, by=_BY, on=on)
