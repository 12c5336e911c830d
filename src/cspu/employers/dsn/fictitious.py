"""Numbers that are well formed and belong to nobody: for the demonstration, the benches, the tests."""

from __future__ import annotations

from datetime import date

from stdnum import luhn

_NO_SUCH_COMMUNE = "990"
"""Beyond the communes of any metropolitan department."""


def fictitious_nir(*, female: bool, birth_date: date, rank: int, department: str = "75") -> str:
    """A NIR (13 characters) of nobody: its commune does not exist. `rank` is 1 to 999."""
    sex = "2" if female else "1"
    return f"{sex}{birth_date:%y%m}{department}{_NO_SUCH_COMMUNE}{rank:03d}"


def fictitious_siren(rank: int) -> str:
    """A SIREN with a right check digit, in a range that is not given out. `rank` is 0 to 99999."""
    body = f"000{rank:05d}"
    return body + str(luhn.calc_check_digit(body))


def fictitious_siret(rank: int, *, establishment: int = 1) -> str:
    """A SIRET with a right check digit. `establishment` is 1 to 9999."""
    body = f"{fictitious_siren(rank)}{establishment:04d}"
    return body + str(luhn.calc_check_digit(body))


def fictitious_ntt(siren: str, rank: int, *, female: bool) -> str:
    """A temporary technical number: sex, SIREN, the employer's own number."""
    return f"{'2' if female else '1'}{siren}{rank:06d}"
