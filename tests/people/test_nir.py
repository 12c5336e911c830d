from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cspu.people.errors import InvalidIdentity
from cspu.people.nir import nir_with_key, normalise_nir

SOUND = "2850575990001"


@pytest.mark.parametrize("separator", ["", " "])
def test_a_nir_is_the_same_with_or_without_its_key(separator: str) -> None:
    with_key = nir_with_key(SOUND)
    spaced = separator.join([with_key[0], with_key[1:5], with_key[5:13], with_key[13:]])
    assert normalise_nir(spaced) == normalise_nir(SOUND) == SOUND


@pytest.mark.parametrize("department", ["2A", "2b", "01", "75", "97", "99"])
def test_departments_of_corsica_and_abroad_are_sound(department: str) -> None:
    number = f"18505{department}990001"
    assert normalise_nir(number) == number.upper()
    assert normalise_nir(nir_with_key(number.upper())) == number.upper()


@pytest.mark.parametrize(
    "number",
    [
        "",
        "285057599000",
        "28505759900012",
        "3850575990001",  # sex
        "2851375990001",  # month
        "2854375990001",  # month in the gap of the unknown ones
        "2850500990001",  # department
        "285052C990001",
        "2850575000001",  # commune
        "2850575990000",  # rank
        "2999999999999",
        "2857575999999",
        "28505759900O1",
    ],
)
def test_what_is_not_a_nir_is_refused_without_being_quoted(number: str) -> None:
    with pytest.raises(InvalidIdentity) as refusal:
        normalise_nir(number)
    assert refusal.value.code == "people.nir_shape"
    if number:
        assert number not in str(refusal.value)


def test_a_wrong_key_is_refused() -> None:
    key = int(nir_with_key(SOUND)[13:])
    with pytest.raises(InvalidIdentity, match="nir_key"):
        normalise_nir(f"{SOUND}{key % 97 + 1:02d}")


def test_the_year_must_be_that_of_birth() -> None:
    assert normalise_nir(SOUND, birth_date=date(1985, 5, 4)) == SOUND
    with pytest.raises(InvalidIdentity, match="nir_birth_year"):
        normalise_nir(SOUND, birth_date=date(1986, 5, 4))


@pytest.mark.parametrize(
    ("number", "born", "sound"),
    [
        ("1750520990001", date(1975, 5, 1), True),
        ("1750520990001", date(2075, 5, 1), False),
        ("176052A990001", date(1976, 5, 1), True),
        ("175052A990001", date(1975, 5, 1), False),
    ],
)
def test_corsica_was_one_department_before_1976(number: str, born: date, *, sound: bool) -> None:
    if sound:
        assert normalise_nir(number, birth_date=born) == number
    else:
        with pytest.raises(InvalidIdentity, match="nir_corsica"):
            normalise_nir(number, birth_date=born)


@given(st.text(max_size=20))
def test_any_text_is_a_nir_or_a_refusal(text: str) -> None:
    try:
        number = normalise_nir(text)
    except InvalidIdentity:
        return
    assert normalise_nir(number) == number
