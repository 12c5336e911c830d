"""The people of the demonstration, read from `personas.yaml` into plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from importlib.resources import files
from typing import Any

import yaml

from cspu.employers.dsn.fictitious import fictitious_nir, fictitious_ntt, fictitious_siret
from cspu.kernel.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Workplace:
    """An employer of the demonstration."""

    siret: str
    name: str
    ape: str
    idcc: str
    town: str
    region: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a contract says from a month on: monthly hours, monthly gross pay in euros."""

    since: date
    quota: Decimal
    gross: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """Days away from work. `days_from` is the first day away, `days_to` the last."""

    reason: str
    days_from: date
    days_to: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A contract and the months its employer declared it."""

    employer: str
    contract: str
    title: str
    nature: str
    scheme: str
    category: str
    start: date
    end: date | None
    planned_end: date | None
    end_reason: str
    terms: tuple[Terms, ...]
    stops: tuple[Absence, ...]
    suspensions: tuple[Absence, ...]
    exposures: Mapping[int, tuple[str, ...]]
    undeclared: frozenset[date]
    ntt_until: date | None

    def terms_in(self, month: date) -> Terms:
        """What the contract says in that month."""
        return [each for each in self.terms if each.since <= month or each is self.terms[0]][-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What another source says of a person; its facts are as written in the file."""

    kind: str
    label: str
    reference: str
    received: date
    spells: tuple[Mapping[str, Any], ...] = ()
    measures: tuple[Mapping[str, Any], ...] = ()
    attributes: tuple[Mapping[str, Any], ...] = ()
    events: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Persona:
    """Somebody made up, and what she shows."""

    slug: str
    position: int
    birth_name: str
    given_names: str
    female: bool
    birth_date: date
    nir: str
    education: str
    sentence: Text
    jobs: tuple[Job, ...]
    statements: tuple[Statement, ...]

    def ntt(self, siret: str) -> str:
        """The number an employer gives her while it does not know her NIR."""
        return fictitious_ntt(siret[:9], self.position, female=self.female)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """Everybody, their employers, and the day the demonstration lives on."""

    today: date
    first_month: date
    last_month: date
    employers: Mapping[str, Workplace] = field(default_factory=dict)
    personas: tuple[Persona, ...] = ()


def read_cast() -> Cast:
    """The people of the demonstration, as the project ships them."""
    raw = yaml.safe_load(files("cspu.demo").joinpath("personas.yaml").read_text(encoding="utf-8"))
    return Cast(
        today=raw["today"],
        first_month=raw["first_month"],
        last_month=raw["last_month"],
        employers={key: _workplace(value) for key, value in raw["employers"].items()},
        personas=tuple(
            _persona(position, value) for position, value in enumerate(raw["persons"], start=1)
        ),
    )


def _workplace(raw: Mapping[str, Any]) -> Workplace:
    named = {key: raw[key] for key in ("name", "ape", "idcc", "town", "region")}
    return Workplace(siret=fictitious_siret(raw["rank"]), **named)


def _persona(position: int, raw: Mapping[str, Any]) -> Persona:
    return Persona(
        slug=raw["id"],
        position=position,
        birth_name=raw["birth_name"],
        given_names=raw["given_names"],
        female=raw["female"],
        birth_date=raw["birth_date"],
        nir=fictitious_nir(
            female=raw["female"],
            birth_date=raw["birth_date"],
            rank=raw["nir_rank"],
            department=raw["department"],
        ),
        education=raw.get("education", ""),
        sentence=Text.of(raw["sentence"]),
        jobs=tuple(_job(each) for each in raw.get("jobs", ())),
        statements=tuple(_statement(each) for each in raw.get("statements", ())),
    )


def _job(raw: Mapping[str, Any]) -> Job:
    return Job(
        employer=raw["employer"],
        contract=raw["contract"],
        title=raw["title"],
        nature=raw.get("nature", "01"),
        scheme=raw.get("scheme", "99"),
        category=raw.get("category", "06"),
        start=raw["from"],
        end=raw.get("to"),
        planned_end=raw.get("planned_end"),
        end_reason=raw.get("end_reason", "031"),
        terms=(_terms(raw), *(_terms(each) for each in raw.get("changes", ()))),
        stops=tuple(
            Absence(
                reason=each["reason"],
                days_from=_day_after(each["last_worked"]),
                days_to=_day_before(each["back"]),
            )
            for each in raw.get("stops", ())
        ),
        suspensions=tuple(
            Absence(reason=each["reason"], days_from=each["from"], days_to=each["to"])
            for each in raw.get("suspensions", ())
        ),
        exposures={year: tuple(factors) for year, factors in raw.get("exposures", {}).items()},
        undeclared=frozenset(raw.get("declared", {}).get("except", ())),
        ntt_until=raw.get("ntt_until"),
    )


def _terms(raw: Mapping[str, Any]) -> Terms:
    return Terms(since=raw["from"], quota=_exact(raw["quota"]), gross=_exact(raw["gross"]))


def _statement(raw: Mapping[str, Any]) -> Statement:
    said = {key: tuple(raw.get(key, ())) for key in ("spells", "measures", "attributes", "events")}
    return Statement(
        kind=raw["kind"],
        label=raw["label"],
        reference=raw["reference"],
        received=raw["received"],
        **said,
    )


def _exact(number: float) -> Decimal:
    """The decimal as it is written in the file."""
    return Decimal(str(number))


def _day_after(day: date) -> date:
    return date.fromordinal(day.toordinal() + 1)


def _day_before(day: date) -> date:
    return date.fromordinal(day.toordinal() - 1)
