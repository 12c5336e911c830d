"""The ZIP a person takes away: everything as data, as tables, as pages to read, and where it comes from.

The same content on the same date gives the same bytes. Nothing is written beyond a refused read:
a ZIP cut short has no directory and opens nowhere, so that a part never passes for the whole.
"""

from __future__ import annotations

import gc
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import date
from hashlib import sha256
from io import BytesIO
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.db import transaction

from cspu.entitlement.in_force import law_in_force
from cspu.kernel.ids import PersonId
from cspu.kernel.text import Lang
from cspu.records.gathering import sections
from cspu.records.pdf.statement import StatementWriter
from cspu.records.pdf.whole import WholeWriter
from cspu.records.provenance import ProvenanceWriter
from cspu.records.readme import readme
from cspu.records.schema import FORMAT, schema_of
from cspu.records.sections import Door, Section, read_pages
from cspu.records.writers import JsonWriter, TableWriter, Writer, spools

_BLOCK = 64 * 1024
_LONG = 200


def plain_door(_section: str) -> AbstractContextManager[object]:
    """A transaction and nothing more: for commands, whose role sees all."""
    return transaction.atomic()


def write_archive(
    file: IO[bytes],
    person_id: PersonId,
    *,
    on: date,
    lang: Lang,
    door: Door = plain_door,
) -> None:
    """Write everything held about her into `file`, each page of each section read inside `door`.

    Settle her first. Whatever the door raises stops the writing and comes out as it is.
    """
    wanted, law = sections(person_id, on=on, lang=lang), law_in_force()
    with spools() as spool:
        writers: tuple[Writer, ...] = (
            JsonWriter(spool, person_id, on=on, lang=lang),
            TableWriter(spool),
            ProvenanceWriter(spool, law),
            WholeWriter(spool, law.pack.units, on=on, lang=lang),
            StatementWriter(spool, law.pack.units, on=on, lang=lang),
        )
        for section in wanted:
            _tell(section, writers, door)
        with ZipFile(file, "w", ZIP_DEFLATED) as archive:
            listed = [
                _put(archive, name, content, on=on)
                for name, content in _files(wanted, writers, on, lang)
            ]
            manifest = {"format": FORMAT, "as_of": on.isoformat(), "files": listed}
            _put(archive, "manifest.json", BytesIO(_pretty(manifest)), on=on)


def _tell(section: Section, writers: Sequence[Writer], door: Door) -> None:
    for writer in writers:
        writer.begin(section)
    for rows in read_pages(section, door):
        for writer in writers:
            writer.add(section, rows)
        if len(rows) >= _LONG:
            # PDF and PROV objects point to one another: without this, a long account keeps those
            # of the pages before until the collector happens to pass.
            gc.collect()


def _files(
    wanted: Sequence[Section], writers: Iterable[Writer], on: date, lang: Lang
) -> Iterator[tuple[str, IO[bytes]]]:
    name, text = readme(wanted, on=on, lang=lang)
    yield name, BytesIO(text.encode())
    yield "schema.json", BytesIO(_pretty(schema_of(wanted)))
    for writer in writers:
        yield from writer.files()


def _put(archive: ZipFile, name: str, content: IO[bytes], *, on: date) -> dict[str, object]:
    """Copy a file in, block by block; its line of the manifest."""
    info = ZipInfo(name, (on.year, on.month, on.day, 0, 0, 0))
    info.compress_type = ZIP_DEFLATED
    info.external_attr = 0o600 << 16
    digest, size = sha256(), 0
    with archive.open(info, "w", force_zip64=True) as entry:
        while block := content.read(_BLOCK):
            digest.update(block)
            size += len(block)
            entry.write(block)
    return {"name": name, "bytes": size, "sha256": digest.hexdigest()}


def _pretty(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()
