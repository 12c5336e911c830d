"""What a provider says of a person or an agent, checked and typed. Prints nothing of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from stdnum.exceptions import ValidationError
from stdnum.fr import siret as stdnum_siret

from cspu.people.identities import Sex
from cspu.trust.oidc.errors import LoginRefused, Refusal

Said = Mapping[str, object]
"""Claims as they came."""

FRANCE = "99100"
_SEXES = {"female": Sex.FEMALE, "male": Sex.MALE}
_BIRTH_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_COMMUNE = re.compile(r"(?:[0-9]{2}|2[AB])[0-9]{3}")
_COUNTRY = re.compile(r"99[0-9]{3}")
_LEAP_YEAR = 2000
_JANUARY = 1


@dataclass(frozen=True, slots=True, repr=False)
class PartialDate:
    """A birth date of which the year, the month or the day may be unknown (None)."""

    year: int | None
    month: int | None
    day: int | None

    @property
    def full(self) -> date | None:
        """The date, when all of it is known."""
        if self.year is None or self.month is None or self.day is None:
            return None
        return date(self.year, self.month, self.day)

    @classmethod
    def read(cls, text: str) -> PartialDate | None:
        """From `yyyy-mm-dd`, unknown parts being zeros or left out; None when it is no date."""
        match = _BIRTH_DATE.fullmatch(text)
        if match is None:
            return None
        year, month, day = (int(part or 0) or None for part in match.groups())
        try:
            date(year or _LEAP_YEAR, month or _JANUARY, day or 1)
        except ValueError:
            return None
        return cls(year, month, day)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class PersonClaims:
    """A pivot identity. `sub` is this provider's name for her at this client, and no one else's.

    `birth_place` is a commune's INSEE code, "" for those born abroad; `birth_country` its code,
    France being 99100. `usual_name` and `email` are "" when not said.
    """

    sub: str
    given_names: str
    birth_name: str
    usual_name: str
    sex: Sex
    birth_date: PartialDate
    birth_place: str
    birth_country: str
    email: str


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class AgentClaims:
    """An agent and the establishment she works for. `sub` only means something with `idp_id`."""

    sub: str
    given_name: str
    usual_name: str
    email: str
    siret: str
    idp_id: str
    amr: tuple[str, ...]


def read_person(said: Said) -> PersonClaims:
    """The pivot identity; LoginRefused(CLAIMS_INCOMPLETE) names the claims that are not sound."""
    birth_date = PartialDate.read(_text(said, "birthdate"))
    sex = _SEXES.get(_text(said, "gender"))
    country = _text(said, "birthcountry")
    place = _text(said, "birthplace")
    sound = {
        "sub": _text(said, "sub"),
        "given_name": _text(said, "given_name"),
        "family_name": _text(said, "family_name"),
        "gender": sex,
        "birthdate": birth_date,
        "birthcountry": _COUNTRY.fullmatch(country),
        "birthplace": country != FRANCE or _COMMUNE.fullmatch(place),
    }
    wrong = tuple(name for name, value in sound.items() if not value)
    if wrong or sex is None or birth_date is None:
        raise LoginRefused(Refusal.CLAIMS_INCOMPLETE, claims=wrong)
    return PersonClaims(
        sub=_text(said, "sub"),
        given_names=_text(said, "given_name"),
        birth_name=_text(said, "family_name"),
        usual_name=_text(said, "preferred_username"),
        sex=sex,
        birth_date=birth_date,
        birth_place=place if country == FRANCE else "",
        birth_country=country,
        email=_text(said, "email"),
    )


def read_agent(said: Said, *, amr: object) -> AgentClaims:
    """The agent; LoginRefused says CLAIMS_INCOMPLETE, or NO_ORGANISATION without a sound SIRET."""
    needed = ("sub", "given_name", "usual_name", "email", "idp_id")
    wrong = tuple(name for name in needed if not _text(said, name))
    if wrong:
        raise LoginRefused(Refusal.CLAIMS_INCOMPLETE, claims=wrong)
    try:
        siret = str(stdnum_siret.validate(_text(said, "siret")))
    except ValidationError:
        raise LoginRefused(Refusal.NO_ORGANISATION, claims=("siret",)) from None
    return AgentClaims(
        sub=_text(said, "sub"),
        given_name=_text(said, "given_name"),
        usual_name=_text(said, "usual_name"),
        email=_text(said, "email"),
        siret=siret,
        idp_id=_text(said, "idp_id"),
        amr=tuple(str(each) for each in amr) if isinstance(amr, list) else (),
    )


def _text(said: Said, name: str) -> str:
    value = said.get(name)
    return value.strip() if isinstance(value, str) else ""
