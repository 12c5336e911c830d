"""Enacting texts: one row for everyone, and the functions that judge by them.

Transaction: owned here (`enact`), as the owner of the schema. Idempotency: the digest of the texts;
the same texts again change nothing. Refusals: LawRefused (a text that cannot be read), UnitChanged.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from cspu.entitlement.compiling import CompiledRight
from cspu.entitlement.errors import UnitChanged
from cspu.entitlement.functions import MADE_BEFORE, functions_of, signatures_of
from cspu.entitlement.in_force import compile_law
from cspu.entitlement.reviewing import Review, reviews_of
from cspu.law.checking import check_pack
from cspu.law.model import LawPack, Right
from cspu.law.trees import LawRefused
from cspu.lifecourse.vocabulary import LifeVocabulary

_ONE_AT_A_TIME = 0x435350  # the advisory lock of enactments


@dataclass(frozen=True, slots=True)
class Enactment:
    """The edition in force after loading, and whether this loading made it."""

    edition: int
    digest: str
    is_new: bool
    rights: tuple[str, ...]


def enact(pack: LawPack, life: LifeVocabulary, *, enacted_at: datetime) -> Enactment:
    """Put the texts in force, for every account at once.

    The functions are made anew from the texts even when these are already in force, so that a new
    version of this program judges with its own compiler.
    """
    findings = check_pack(pack, life.facts, statuses=life.statuses)
    if findings:
        raise LawRefused(list(findings))
    law = compile_law(pack, life)
    compiled = [*law.rights.values()]
    rights = [each.right for each in compiled]
    digest = law.digest
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ONE_AT_A_TIME])
        cursor.execute("SELECT edition, digest FROM law.edition ORDER BY edition DESC LIMIT 1")
        edition, held = cursor.fetchone() or (0, "")
        _put_units(pack)
        _put_functions(compiled, reviews_of(compiled, life))
        is_new = held != digest
        if is_new:
            edition += 1
            _put_texts(pack, rights, edition, digest, enacted_at)
    return Enactment(edition, digest, is_new, tuple(right.id for right in rights))


def _put_functions(rights: Sequence[CompiledRight], reviews: Sequence[Review]) -> None:
    """See Note [functions of an edition]."""
    made = [*signatures_of(rights, reviews)]
    with connection.cursor() as cursor:
        cursor.execute(MADE_BEFORE)
        for (former,) in cursor.fetchall():
            if former not in made:
                cursor.execute(f"DROP FUNCTION {former}")
        for statement in functions_of(rights, reviews):
            cursor.execute(statement)
        cursor.execute(f"REVOKE ALL ON FUNCTION {', '.join(made)} FROM PUBLIC")
        cursor.execute(f"GRANT EXECUTE ON FUNCTION {', '.join(made)} TO cspu_batch, cspu_web")


def _put_units(pack: LawPack) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT unit, scale FROM ledger.unit")
        held = dict(cursor.fetchall())
        for unit in pack.units.values():
            if held.get(unit.code, unit.scale) != unit.scale:
                raise UnitChanged(unit.code)
            cursor.execute(
                "INSERT INTO ledger.unit VALUES (%s, %s) ON CONFLICT DO NOTHING",
                [unit.code, unit.scale],
            )


def _put_texts(
    pack: LawPack, rights: Sequence[Right], edition: int, digest: str, enacted_at: datetime
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO law.edition VALUES (%s, %s, %s)", [edition, digest, enacted_at])
        for position, right in enumerate(rights):
            text = pack.path_of(right).read_text("utf-8")
            cursor.execute(
                "INSERT INTO law.right_text VALUES (%s, %s, %s, %s, %s)",
                [right.id, edition, position, right.unit or None, text],
            )
        for region in pack.regions:
            text = pack.path_of_region(region).read_text("utf-8")
            cursor.execute(
                "INSERT INTO law.region_text VALUES (%s, %s, %s, %s)",
                [region.pack, region.code, edition, text],
            )
