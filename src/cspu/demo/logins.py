"""The demonstration's people as its provider vouches for them: the log-in is real, they are not."""

from __future__ import annotations

from cspu.demo.personas import Cast, Persona
from cspu.demo.provider import Identities, PersonIdentity


def identities_of(cast: Cast) -> Identities:
    """Everybody who can log in: the persons by FranceConnect."""
    return Identities(persons=tuple(_person(each) for each in cast.personas))


def _person(persona: Persona) -> PersonIdentity:
    return PersonIdentity(
        id=persona.slug,
        sentence=persona.sentence,
        given_names=persona.given_names,
        birth_name=persona.birth_name,
        sex="female" if persona.female else "male",
        birth_date=persona.birth_date.isoformat(),
        # A commune that does not exist, as in their made-up numbers.
        birth_place=f"{persona.nir[5:7]}{persona.nir[7:10]}",
    )
