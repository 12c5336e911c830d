"""Reading who the person in sight is."""

from __future__ import annotations

from django.db import connection

from cspu.people.identities import Sex
from cspu.people.queries import Identity


def identity_in_sight() -> Identity | None:
    """Who the person in sight is; None where identity was not opened."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT birth_name, usual_name, given_names, sex, birth_date"
            " FROM trust.identity_in_sight()"
        )
        row = cursor.fetchone()
    return Identity(row[0], row[1], row[2], Sex(row[3]), row[4]) if row else None
