"""What funders were charged: the other side of what people received, summed by year and right."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from importlib.resources import files

import psycopg

_CHARGED = files("cspu.ledger").joinpath("sql", "read", "funders.sql")


@dataclass(frozen=True, slots=True)
class Charge:
    """What one funder was charged for one right in one year, what came back taken off.

    `funder` is its code, or `employer` for all employers together.
    """

    funder: str
    year: int
    right_id: str
    unit: str
    charged: Decimal
    transfers: int


def charges(connection: psycopg.Connection) -> list[Charge]:
    """Every funder, by year of falling due and right. One pass over the transfers."""
    rows = connection.execute(_CHARGED.read_bytes()).fetchall()
    return [
        Charge(funder, year, right, unit, Decimal(minor).scaleb(-scale), transfers)
        for funder, year, right, unit, scale, minor, transfers in rows
    ]
