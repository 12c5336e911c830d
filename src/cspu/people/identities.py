"""An identity as somebody declares it, checked before it is matched."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from cspu.kernel.text import Text
from cspu.people.crypto import IdentityKey, Purpose
from cspu.people.errors import InvalidIdentity
from cspu.people.nir import normalise_nir


class Sex(StrEnum):
    """Civil sex as declarations carry it; NOT_SAID where they do not."""

    FEMALE = "F"
    MALE = "M"
    NOT_SAID = ""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class DeclaredIdentity:
    """One person as a declaration names her. Prints nothing of her: it may end in a log.

    `nir` has 13 characters (15 with its key). Without it, `ntt` is the employer's own number and
    `siren` the employer it means something to. `birth_date` is None when not fully known.
    """

    birth_name: str
    given_names: str
    usual_name: str = ""
    sex: Sex = Sex.NOT_SAID
    birth_date: date | None = None
    birth_place: str = ""
    birth_department: str = ""
    birth_country: str = ""
    nir: str | None = None
    ntt: str | None = None
    siren: str | None = None

    @property
    def number(self) -> PersonNumber:
        """What designates the person; InvalidIdentity when nothing sound does."""
        if self.nir:
            return PersonNumber("nir", normalise_nir(self.nir, birth_date=self.birth_date))
        if self.ntt and self.siren:
            return PersonNumber.of_ntt(self.ntt, self.siren)
        raise InvalidIdentity(
            "people.no_number",
            Text(
                fr="L'identité n'a ni NIR ni numéro technique temporaire.",
                en="The identity has neither a NIR nor a temporary technical number.",
            ),
        )


@dataclass(frozen=True, slots=True)
class PersonNumber:
    """A NIR, or an employer's number within its SIREN; never stored, logged or printed."""

    purpose: Purpose
    text: str

    def __repr__(self) -> str:
        return f"PersonNumber({self.purpose})"

    @classmethod
    def of_ntt(cls, ntt: str, siren: str) -> PersonNumber:
        """An NTT, which only means something to the employer that gave it."""
        return cls("ntt", f"{siren.strip()}|{ntt.strip().upper()}")

    def blind(self, key: IdentityKey) -> bytes:
        """The fingerprint it is looked up by under that key."""
        return key.blind(self.text, self.purpose)
