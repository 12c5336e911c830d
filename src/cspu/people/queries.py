"""Reading persons. Names come one person at a time, through a function of the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import connection

from cspu.kernel.ids import PersonId
from cspu.people.crypto import Keyring
from cspu.people.errors import UnknownPerson
from cspu.people.identities import PersonNumber, Sex
from cspu.people.keys import installed_keyring
from cspu.people.matching import look_up
from cspu.people.nir import normalise_nir


@dataclass(frozen=True, slots=True, repr=False)
class Identity:
    """Who a person is, without her number. Prints nothing of her: it may end in a log."""

    birth_name: str
    usual_name: str
    given_names: str
    sex: Sex
    birth_date: date | None

    @property
    def display_name(self) -> str:
        """First given name and the name she uses."""
        first = self.given_names.split(",")[0].split()[:1]
        return " ".join([*first, self.usual_name or self.birth_name])


def identity(person_id: PersonId) -> Identity:
    """The identity of one person; UnknownPerson when there is none."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT birth_name, usual_name, given_names, sex, birth_date"
            " FROM people.identity_of(%s)",
            [person_id],
        )
        row = cursor.fetchone()
    if row is None:
        raise UnknownPerson
    return Identity(row[0], row[1], row[2], Sex(row[3]), row[4])


def display_name(person_id: PersonId) -> str:
    """How a screen names her; UnknownPerson when there is no such person."""
    return identity(person_id).display_name


def find_by_nir(nir: str, *, keyring: Keyring | None = None) -> PersonId | None:
    """The person with that NIR (with or without key), or None. Not for the web role."""
    number = PersonNumber("nir", normalise_nir(nir))
    found = look_up([number], keyring or installed_keyring()).get(number)
    return found.person_id if found else None
