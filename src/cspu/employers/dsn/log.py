"""The declaration log in the database. Every function runs in its caller's transaction."""

from __future__ import annotations

import json
from datetime import datetime
from uuid import UUID

from django.db import connection

from cspu.employers.dsn.errors import DsnRefused
from cspu.employers.dsn.heads import Head
from cspu.employers.dsn.lines import Envelope
from cspu.employers.dsn.replay import Known, Status
from cspu.employers.dsn.scanning import Declared, Scan


def lock_establishments(sirets: set[str]) -> None:
    """Two imports for one establishment take turns; always in the same order, so never face to face."""
    with connection.cursor() as cursor:
        for siret in sorted(sirets):
            cursor.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"dsn|{siret}"]
            )


def already_imported(sha256: str) -> datetime | None:
    """When this very file was imported, if it was."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT max(received_at) FROM employers.delivery WHERE file_sha256 = %s AND accepted",
            [bytes.fromhex(sha256)],
        )
        row: tuple[datetime | None] = cursor.fetchone()
    return row[0]


def known_about(head: Head) -> Known:
    """What was received for a declaration's slot."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT declaration_id, content_sha256, CASE WHEN status = 'accepted' THEN order_number END
               FROM employers.declaration WHERE slot_id = %s""",
            [head.slot_id],
        )
        rows = cursor.fetchall()
        cursor.execute(
            "SELECT kind FROM employers.declaration WHERE replaced_slot = %s ORDER BY kind DESC LIMIT 1",
            [head.slot_id],
        )
        replaced = cursor.fetchone()
    accepted = next((int(order) for _, _, order in rows if order is not None), None)
    contents = {declaration_id: bytes(content) for declaration_id, content, _ in rows}
    return Known(contents, accepted, replaced[0] if replaced else None)


def set_aside(slot_id: UUID, status: Status) -> bool:
    """The version that counted for a slot counts no more; False when there was none."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE employers.declaration SET status = %s WHERE slot_id = %s AND status = 'accepted'",
            [status, slot_id],
        )
        return bool(cursor.rowcount)


def write_declaration(
    declared: Declared, status: Status, found: Scan, *, received_at: datetime
) -> None:
    """One line of the log."""
    head = declared.head
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO employers.declaration
                   (declaration_id, slot_id, siret, nature, kind, month, fraction, scope,
                    order_number, written_on, replaced_slot, status, test, content_sha256,
                    file_sha256, persons, received_at)
               VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)""",
            [
                head.declaration_id,
                head.slot_id,
                head.siret,
                head.nature,
                head.kind,
                head.month,
                head.fraction,
                head.scope,
                head.order,
                head.written_on,
                head.replaced_slot_id,
                status,
                found.test,
                declared.content,
                bytes.fromhex(found.envelope.sha256),
                declared.persons,
                received_at,
            ],
        )


def write_delivery(found: Scan, *, received_at: datetime) -> None:
    """A file was imported."""
    findings = found.findings
    _insert_delivery(
        found.envelope,
        received_at,
        accepted=True,
        refusal="",
        problems=0,
        warnings=findings.warning_count,
        unknown=dict(findings.unknown),
    )


def write_refusal(envelope: Envelope, error: DsnRefused, *, received_at: datetime) -> None:
    """A file was refused."""
    _insert_delivery(
        envelope,
        received_at,
        accepted=False,
        refusal=error.code,
        problems=error.problem_count,
        warnings=0,
        unknown={},
    )


def _insert_delivery(
    envelope: Envelope,
    received_at: datetime,
    *,
    accepted: bool,
    refusal: str,
    problems: int,
    warnings: int,
    unknown: dict[str, int],
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO employers.delivery
                   (file_sha256, received_at, accepted, size, encoding, refusal, problem_count,
                    warning_count, unknown)
               VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING""",
            [
                bytes.fromhex(envelope.sha256),
                received_at,
                accepted,
                envelope.size,
                envelope.encoding,
                refusal,
                problems,
                warnings,
                json.dumps(unknown),
            ],
        )
