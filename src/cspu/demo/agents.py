"""Those who work for bodies in the demonstration, read from `agents.yaml` into plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any
from uuid import UUID

import yaml

from cspu.demo.personas import Cast
from cspu.employers.dsn.fictitious import fictitious_siret
from cspu.kernel.ids import OrganisationId, computed_id
from cspu.kernel.text import Text
from cspu.people.organisations import organisation_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A body of the demonstration, `key` in its files; `paid_for`: the uses that may pay it."""

    key: str
    siret: str
    name: str
    ape: str
    region: str
    paid_for: tuple[str, ...] = ()

    @property
    def organisation_id(self) -> OrganisationId:
        """Its id, known without asking the database."""
        return organisation_id(self.siret)


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoAgent:
    """Somebody made up who acts for a body, and what she shows."""

    slug: str
    given_name: str
    usual_name: str
    role: str
    body: Body
    sentence: Text

    @property
    def agent_id(self) -> UUID:
        """Her id, the same in every demonstration."""
        return computed_id("demo-agent", self.slug)

    @property
    def name(self) -> str:
        """How she signs."""
        return f"{self.given_name} {self.usual_name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoFile:
    """A body holds a file on a person, named by her slug."""

    person: str
    body: Body
    since: date
    until: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoConsent:
    """What a person lets a body see."""

    person: str
    body: Body
    purpose: str
    scopes: tuple[str, ...]
    days: int

    @property
    def consent_id(self) -> UUID:
        """Its id, the same in every demonstration."""
        return computed_id("demo-consent", self.person, self.body.siret, self.purpose)


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoQuestion:
    """What an agent asks of a person, who has not answered yet."""

    person: str
    agent: DemoAgent
    purpose: str
    scopes: tuple[str, ...]
    days: int
    message: str

    @property
    def request_id(self) -> UUID:
        """Its id, the same in every demonstration."""
        return computed_id("demo-question", self.person, self.agent.slug, self.purpose)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bodies:
    """Every body, who works there, and why they may see somebody."""

    bodies: tuple[Body, ...]
    agents: tuple[DemoAgent, ...]
    files: tuple[DemoFile, ...]
    consents: tuple[DemoConsent, ...]
    questions: tuple[DemoQuestion, ...]


def read_bodies(cast: Cast) -> Bodies:
    """The bodies of the demonstration and what they hold on its people."""
    raw = _raw()
    own = {
        key: Body(
            key=key,
            siret=fictitious_siret(value["rank"]),
            paid_for=tuple(value.get("paid_for", ())),
            **_named(value),
        )
        for key, value in raw["bodies"].items()
    }
    known = own | {
        key: Body(key=key, siret=each.siret, name=each.name, ape=each.ape, region=each.region)
        for key, each in cast.employers.items()
    }
    agents = {each["id"]: _agent(each, known) for each in raw["agents"]}
    present = {each.slug for each in cast.personas}
    return Bodies(
        bodies=tuple(own.values()),
        agents=tuple(agents.values()),
        files=tuple(_file(each, known) for each in raw["files"] if each["person"] in present),
        consents=tuple(
            DemoConsent(
                person=each["person"],
                body=known[each["body"]],
                purpose=each["purpose"],
                scopes=tuple(each["scopes"]),
                days=each["days"],
            )
            for each in raw["consents"]
            if each["person"] in present
        ),
        questions=tuple(
            DemoQuestion(
                person=each["person"],
                agent=agents[each["agent"]],
                purpose=each["purpose"],
                scopes=tuple(each["scopes"]),
                days=each["days"],
                message=each["message"],
            )
            for each in raw["questions"]
            if each["person"] in present
        ),
    )


@cache
def _raw() -> Mapping[str, Any]:
    text = files("cspu.demo").joinpath("agents.yaml").read_text(encoding="utf-8")
    raw: Mapping[str, Any] = yaml.safe_load(text)
    return raw


def _named(raw: Mapping[str, Any]) -> dict[str, str]:
    return {key: raw[key] for key in ("name", "ape", "region")}


def _agent(raw: Mapping[str, Any], bodies: Mapping[str, Body]) -> DemoAgent:
    return DemoAgent(
        slug=raw["id"],
        given_name=raw["given_name"],
        usual_name=raw["usual_name"],
        role=raw["role"],
        body=bodies[raw["body"]],
        sentence=Text.of(raw["sentence"]),
    )


def _file(raw: Mapping[str, Any], bodies: Mapping[str, Body]) -> DemoFile:
    return DemoFile(
        person=raw["person"], body=bodies[raw["body"]], since=raw["since"], until=raw.get("until")
    )
