"""The made-up people the provider knows, as the provider will speak of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from cspu.kernel.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonIdentity:
    """A person with a pivot identity. What is "" is not said; unknown parts of a birth date are 00."""

    id: str
    sentence: Text
    given_names: str
    birth_name: str
    sex: Literal["female", "male", ""]
    birth_date: str
    birth_place: str = ""
    birth_country: str = "99100"
    usual_name: str = ""
    email: str = ""

    def to_json(self) -> dict[str, object]:
        """As the provider reads it: the claims of FranceConnect v2."""
        said = {
            "given_name": self.given_names,
            "family_name": self.birth_name,
            "preferred_username": self.usual_name,
            "gender": self.sex,
            "birthdate": self.birth_date,
            "birthplace": self.birth_place,
            "birthcountry": self.birth_country,
            "email": self.email,
        }
        names = {"given_name_array": self.given_names.split()}
        return _entry(self.id, self.sentence, {**_said(said), **names})


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentIdentity:
    """An agent and the establishment she works for. What is "" is not said."""

    id: str
    sentence: Text
    given_name: str
    usual_name: str
    email: str
    siret: str
    idp_id: str = "4f7c2d9e-0000-4000-8000-000000000001"

    def to_json(self) -> dict[str, object]:
        """As the provider reads it: the claims of ProConnect."""
        said = {
            "given_name": self.given_name,
            "usual_name": self.usual_name,
            "email": self.email,
            "uid": self.id,
            "siret": self.siret,
            "idp_id": self.idp_id,
        }
        return _entry(self.id, self.sentence, _said(said))


@dataclass(frozen=True, slots=True, kw_only=True)
class Identities:
    """Everybody one provider process knows; ids are unique over both."""

    persons: tuple[PersonIdentity, ...] = ()
    agents: tuple[AgentIdentity, ...] = ()

    def to_json(self) -> dict[str, object]:
        """The file the provider reads."""
        return {
            "persons": [each.to_json() for each in self.persons],
            "agents": [each.to_json() for each in self.agents],
        }


def _said(claims: dict[str, str]) -> dict[str, object]:
    return {name: value for name, value in claims.items() if value}


def _entry(identity: str, sentence: Text, claims: dict[str, object]) -> dict[str, object]:
    return {"id": identity, "sentence": {"fr": sentence.fr, "en": sentence.en}, "claims": claims}
