"""What some of the people did before the demonstration begins, read from `story.yaml` into plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from importlib.resources import files
from typing import Any
from uuid import UUID

import yaml

from cspu.demo.agents import Body, DemoAgent, read_bodies
from cspu.demo.personas import Cast, Persona
from cspu.kernel.ids import OrganisationId, computed_id
from cspu.people.organisations import organisation_id


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeUse:
    """A use that she confirmed, in whole units; `added`: what funders added to it."""

    person: Persona
    use: str
    body: Body
    amount: Decimal
    added: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenTopUp:
    """A top-up that a command gave her."""

    person: Persona
    rule: str
    campaign: str
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class CertifiedNeed:
    """A need that an agent certified, for so many days."""

    person: Persona
    agent: DemoAgent
    kind: str
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpGiven:
    """Help that one asked for and another gave; `confirmed`: whoever asked said yes to the hours."""

    asks: Persona
    asks_as: str
    care: bool
    request: str
    days: int
    helps: Persona
    helps_as: str
    answer: str
    hours: Decimal
    confirmed: bool

    @property
    def form(self) -> UUID:
        """The token of every form of it, the same in every demonstration."""
        return computed_id("demo-help", self.asks.slug, self.helps.slug, self.request)


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """All of it: acts of `acts_on`, and `found_on`, when what was said since is known."""

    acts_on: date
    found_on: date
    uses: tuple[MadeUse, ...]
    top_ups: tuple[GivenTopUp, ...]
    agreements: tuple[OrganisationId, ...]
    needs: tuple[CertifiedNeed, ...]
    help_given: tuple[HelpGiven, ...]


def read_story(cast: Cast) -> Story:
    """The story of the demonstration, of those of its people who are in `cast`."""
    raw = yaml.safe_load(files("cspu.demo").joinpath("story.yaml").read_text(encoding="utf-8"))
    there = {each.slug: each for each in cast.personas}
    known = read_bodies(cast)
    return Story(
        acts_on=raw["acts_on"],
        found_on=raw["found_on"],
        uses=tuple(
            MadeUse(
                person=there[each["person"]],
                use=each["use"],
                body=next(one for one in known.bodies if one.key == each["body"]),
                amount=Decimal(str(each["amount"])),
                added=Decimal(str(each["added"])),
            )
            for each in raw["uses"]
            if each["person"] in there
        ),
        top_ups=tuple(
            GivenTopUp(
                person=there[each["person"]],
                rule=each["rule"],
                campaign=each["campaign"],
                day=raw[each["given"]],
            )
            for each in raw["top_ups"]
            if each["person"] in there
        ),
        agreements=tuple(organisation_id(cast.employers[each].siret) for each in raw["agreements"]),
        needs=tuple(
            CertifiedNeed(
                person=there[each["person"]],
                agent=next(one for one in known.agents if one.slug == each["agent"]),
                kind=each["kind"],
                days=each["days"],
            )
            for each in raw["needs"]
            if each["person"] in there
        ),
        help_given=tuple(
            _help(each, there)
            for each in raw["exchanges"]
            if {each["asks"], each["helps"]} <= there.keys()
        ),
    )


def _help(raw: Mapping[str, Any], there: Mapping[str, Persona]) -> HelpGiven:
    return HelpGiven(
        **{
            **raw,
            "asks": there[raw["asks"]],
            "helps": there[raw["helps"]],
            "hours": Decimal(str(raw["hours"])),
        }
    )
