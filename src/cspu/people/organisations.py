"""Organisations: establishments known by their SIRET, in a small reference table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from cspu.kernel.ids import OrganisationId, computed_id


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredOrganisation:
    """An establishment as a declaration or a directory describes it; "" where it does not say."""

    siret: str
    name: str = ""
    ape: str = ""
    idcc: str = ""
    region: str = ""

    @property
    def organisation_id(self) -> OrganisationId:
        """Its id, known without asking the database."""
        return organisation_id(self.siret)


@dataclass(frozen=True, slots=True)
class Organisation:
    """An establishment as known; `name` is "" while no directory gave it."""

    organisation_id: OrganisationId
    siret: str
    name: str
    ape: str
    idcc: str
    region: str


def organisations(ids: Iterable[OrganisationId]) -> list[Organisation]:
    """The establishments with these ids, by SIRET; those that are not known are left out."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT organisation_id, siret, name, ape, idcc, region FROM people.organisation"
            " WHERE organisation_id = ANY (%s) ORDER BY siret",
            [list(ids)],
        )
        return [Organisation(*row) for row in cursor.fetchall()]


def organisation_id(siret: str) -> OrganisationId:
    """The id of the establishment with that SIRET (14 digits)."""
    return OrganisationId(computed_id("organisation", siret))


_UPSERT = """
    INSERT INTO people.organisation AS known
        (organisation_id, siret, name, ape, idcc, region, recorded_at)
    SELECT DISTINCT ON (siret) organisation_id, siret, name, ape, idcc, region, %(recorded_at)s
    FROM unnest(%(ids)s::uuid[], %(sirets)s::text[], %(names)s::text[], %(apes)s::text[],
                %(idccs)s::text[], %(regions)s::text[])
        AS told (organisation_id, siret, name, ape, idcc, region)
    ORDER BY siret
    ON CONFLICT (organisation_id) DO UPDATE SET
        name = COALESCE(NULLIF(excluded.name, ''), known.name),
        ape = COALESCE(NULLIF(excluded.ape, ''), known.ape),
        idcc = COALESCE(NULLIF(excluded.idcc, ''), known.idcc),
        region = COALESCE(NULLIF(excluded.region, ''), known.region),
        recorded_at = excluded.recorded_at
    WHERE (excluded.name <> '' AND excluded.name <> known.name)
        OR (excluded.ape <> '' AND excluded.ape <> known.ape)
        OR (excluded.idcc <> '' AND excluded.idcc <> known.idcc)
        OR (excluded.region <> '' AND excluded.region <> known.region)
"""


def register_organisations(
    organisations: Sequence[DeclaredOrganisation], *, recorded_at: datetime
) -> list[OrganisationId]:
    """Make these establishments known, in one statement; returns their ids in the order given.

    What is left empty never erases what was known: a DSN carries no name, a directory does.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _UPSERT,
            {
                "recorded_at": recorded_at,
                "ids": [each.organisation_id for each in organisations],
                "sirets": [each.siret for each in organisations],
                "names": [each.name for each in organisations],
                "apes": [each.ape for each in organisations],
                "idccs": [each.idcc for each in organisations],
                "regions": [each.region for each in organisations],
            },
        )
    return [each.organisation_id for each in organisations]
