"""The NIR (social security number) in its thirteen-character form, as the DSN carries it."""

from __future__ import annotations

import re
from datetime import date

from stdnum.exceptions import ValidationError
from stdnum.fr import nir as stdnum_nir

from cspu.kernel.text import Text
from cspu.people.errors import InvalidIdentity

_LENGTH = 13
_LENGTH_WITH_KEY = 15

# Sex, year, month (20 to 42 and 50 to 99 where the month is unknown), department, commune, rank.
_SHAPE = re.compile(
    r"[12][0-9]{2}(?:0[1-9]|1[0-2]|20|3[0-9]|4[0-2]|[5-9][0-9])"
    r"(?:0[1-9]|[1-9][0-9]|2[AB])(?!000)[0-9]{3}(?!000)[0-9]{3}"
)
_TOO_MANY_NINES = re.compile(r"9{6}$")

# Corsica was department 20 until it was split in two at the start of that year.
_CORSICA_SPLIT = 1976
_CORSICAN_DEPARTMENTS = {"20", "2A", "2B"}


def normalise_nir(text: str, *, birth_date: date | None = None) -> str:
    """The thirteen characters of a NIR given with or without its key, spaces allowed.

    With `birth_date`, the year and the Corsican department must agree with it. Raises
    InvalidIdentity naming the rule that is broken, never the value.
    """
    number = str(stdnum_nir.compact(text))
    if len(number) == _LENGTH_WITH_KEY:
        _check_key(number)
        number = number[:_LENGTH]
    if not _SHAPE.fullmatch(number) or _TOO_MANY_NINES.search(number):
        raise InvalidIdentity(
            "people.nir_shape",
            Text(
                fr="Le NIR n'a pas la forme attendue "
                "(13 caractères : sexe, année, mois, lieu, rang).",
                en="The NIR is not of the expected form "
                "(13 characters: sex, year, month, place, rank).",
            ),
        )
    if birth_date is not None:
        _check_against_birth(number, birth_date)
    return number


def nir_with_key(number: str) -> str:
    """The fifteen characters, key included, of a thirteen-character NIR."""
    return number + str(stdnum_nir.calc_check_digits(number))


def _check_key(number: str) -> None:
    try:
        stdnum_nir.validate(number)
    except ValidationError:
        raise InvalidIdentity(
            "people.nir_key",
            Text(fr="La clé du NIR est fausse.", en="The key of the NIR is wrong."),
        ) from None


def _check_against_birth(number: str, birth_date: date) -> None:
    if int(number[1:3]) != birth_date.year % 100:
        raise InvalidIdentity(
            "people.nir_birth_year",
            Text(
                fr="L'année du NIR ne correspond pas à la date de naissance.",
                en="The year in the NIR does not match the birth date.",
            ),
        )
    department = number[5:7]
    split = birth_date.year >= _CORSICA_SPLIT
    if department in _CORSICAN_DEPARTMENTS and (department == "20") == split:
        raise InvalidIdentity(
            "people.nir_corsica",
            Text(
                fr="Le département corse du NIR ne correspond pas à l'année de naissance.",
                en="The Corsican department of the NIR does not match the birth year.",
            ),
        )
