"""Nothing that names a person reaches a log."""

from __future__ import annotations

import logging

import pytest

from cspu.config.logs import WithoutPersonalData, without_identifiers


@pytest.mark.parametrize(
    "identifier",
    [
        "0b7e2f4c-9a51-4d0e-8f6a-3c2b1a0d9e8f",
        "189017512345678",
        "1890175123456",
        "73282932000074",
        "camille.martin+aide@example.org",
    ],
)
def test_an_identifier_is_masked(identifier: str) -> None:
    assert without_identifiers(f"Not Found: /compte/{identifier}/") == "Not Found: /compte/[…]/"


def test_what_was_asked_is_cut() -> None:
    assert without_identifiers("GET /chercher?nom=Martin 500") == "GET /chercher?[…] 500"


def test_an_error_keeps_its_place_and_loses_its_values() -> None:
    def failing() -> None:
        raise ValueError("Camille Martin")

    try:
        failing()
    except ValueError as error:
        info = (type(error), error, error.__traceback__)
    record = logging.LogRecord("cspu", logging.ERROR, "", 1, "Failed for %s", ("a@b.fr",), info)
    assert WithoutPersonalData().filter(record)
    line = logging.Formatter("%(message)s").format(record)
    assert "Martin" not in line
    assert "a@b.fr" not in line
    assert "ValueError" in line
    assert "failing" in line
