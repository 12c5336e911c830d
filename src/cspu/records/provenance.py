"""Where each amount comes from, in W3C PROV: PROV-N to read, PROV-JSON to process.

    entity     a movement, a fact as recorded, a document, a version of the law, a consent, a mandate
    activity   a document's import; a posting (settlement or correction); an access of the journal
    agent      an organisation, a kind of source, who pays, who signed, the person, this house

A movement derives from the facts that its right reads (`facts_read`) and that were known when it
was posted, about its period; a correction also from those it came to correct. A fact derives from
the document that asserted it. The file is made in pieces of a page of rows, so that its length
costs no memory; what is kept is the index of facts, as long as a life.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import IO, Any, NamedTuple
from urllib.parse import quote
from uuid import UUID

from prov.constants import PROV_LABEL, PROV_TYPE
from prov.identifier import Identifier, Namespace, QualifiedName
from prov.model import ProvDocument

from cspu.entitlement.evidence import assertions_of
from cspu.entitlement.in_force import LawInForce
from cspu.kernel.periods import first_of_month
from cspu.law.model import EMPLOYER
from cspu.records.cleaning import printable
from cspu.records.schema import plain
from cspu.records.sections import Row, Section
from cspu.records.writers import Spool, rewound

NAMESPACE = "urn:cspu:"
_KINDS = {"spells": "spell", "measures": "measure", "attributes": "attribute", "events": "event"}
_CHOICES = {"consents": "consent", "mandates": "mandate"}
_BLANK = "_:"


class _Known(NamedTuple):
    """A recording, as a movement looks for it."""

    id: str
    organisation_id: UUID | None
    from_day: date
    to_day: date
    recorded_from: datetime
    recorded_to: datetime | None


class FactsIndex:
    """The recordings met so far, found again by name and month."""

    def __init__(self) -> None:
        self._monthly: defaultdict[tuple[str, date], list[_Known]] = defaultdict(list)
        self._lasting: defaultdict[tuple[str, str], list[_Known]] = defaultdict(list)

    def add(self, kind: str, row: Row) -> None:
        """Remember a recording."""
        known = _Known(
            row["id"],
            row.get("organisation_id"),
            row["from_day"] or date.min,
            row["to_day"] or date.max,
            row["recorded_from"],
            row["recorded_to"],
        )
        if kind == "measure":
            self._monthly[row["name"], known.from_day].append(known)
        else:
            self._lasting[kind, row["name"]].append(known)

    def about(self, movement: Row, names: Iterable[tuple[str, str]]) -> list[str]:
        """The recordings a movement derives from, by id.

        Where none was known when it was posted (a demonstration's day is not the server's), those
        of its period.
        """
        start, end = movement["period_start"], movement["period_end"]
        found: list[_Known] = []
        for kind, name in names:
            rows = (
                self._in_months(name, start, end)
                if kind == "measure"
                else self._lasting[kind, name]
            )
            found += [each for each in rows if _concerns(each, movement, start, end)]
        known = [each for each in found if _was_known(each, movement)]
        return [each.id for each in known or found]

    def _in_months(self, name: str, start: date, end: date) -> Iterator[_Known]:
        month = first_of_month(start)
        while month <= end:
            yield from self._monthly.get((name, month), ())
            month = date(month.year + month.month // 12, month.month % 12 + 1, 1)


def _concerns(known: _Known, movement: Row, start: date, end: date) -> bool:
    """Of the same time, and of the same employer where the account is kept with one."""
    employer = movement["organisation_id"]
    return (
        known.from_day <= end
        and known.to_day >= start
        and (employer is None or known.organisation_id in (None, employer))
    )


def _was_known(known: _Known, movement: Row) -> bool:
    """Held when the movement was posted; a correction comes from what had been withdrawn as well."""
    posted = movement["recorded_at"]
    withdrawn = known.recorded_to is not None and known.recorded_to <= posted
    return known.recorded_from <= posted and (movement["kind"] == "correction" or not withdrawn)


def facts_read(law: LawInForce, right_id: str, in_force: date) -> frozenset[tuple[str, str]]:
    """The measures, statuses and attributes that a version of a right reads; none if it is gone."""
    compiled = law.rights.get(right_id)
    if compiled is None:
        return frozenset()
    names = {("spell", status) for status in compiled.right.during}
    for trees in compiled.versions:
        if trees.version.in_force == in_force:
            for fact in trees.facts:
                names |= assertions_of(law.life.facts[fact])
    return frozenset(names)


class ProvenanceWriter:
    """`provenance.provn` and `provenance.json`, in pieces."""

    def __init__(self, spool: Spool, law: LawInForce) -> None:
        self._spool = spool
        self._law = law
        self._facts = FactsIndex()
        self._agents: set[str] = set()
        self._versions: dict[tuple[str, date], list[tuple[str, str]]] = {}
        self._asserted_by: dict[UUID, str] = {}
        self._provn = spool()
        self._parts: dict[str, IO[bytes]] = {}
        self._relations = 0
        self._turn()
        self._provn.write(f"document\n  prefix cspu <{NAMESPACE}>\n\n".encode())

    def begin(self, section: Section) -> None:
        """Each section is told row by row; nothing to open."""

    def add(self, section: Section, rows: Sequence[Row]) -> None:
        """What the rows say of where things come from."""
        self._turn()
        for row in rows:
            match section.name:
                case "organisations":
                    self._agent(
                        f"organisation/{row['organisation_id']}", row["name"] or row["siret"]
                    )
                case "sources":
                    self._source(row)
                case "spells" | "measures" | "attributes" | "events":
                    self._fact(_KINDS[section.name], row)
                case "postings":
                    self._posting(row)
                case "movements":
                    self._movement(row)
                case "consents" | "mandates":
                    self._choice(_CHOICES[section.name], row)
                case "journal":
                    self._access(row)
                case _:
                    pass
        self._flush()

    def files(self) -> Iterable[tuple[str, IO[bytes]]]:
        """Both renderings of the same document."""
        self._provn.write(b"endDocument\n")
        yield "provenance.provn", rewound(self._provn)
        yield "provenance.json", rewound(self._json())

    # What is said

    def _source(self, row: Row) -> None:
        source = _name("source", row["source_id"])
        self._doc.entity(
            source,
            {
                PROV_TYPE: self._space["document"],
                PROV_LABEL: printable(row["label"]),
                "cspu:kind": printable(row["kind"]),
                "cspu:reference": printable(row["reference"]),
            },
        )
        agent = (
            self._agent(f"organisation/{row['organisation_id']}", row["organisation"])
            if row["organisation_id"]
            else self._agent(f"body/{row['kind']}", row["kind"])
        )
        self._asserted_by[row["source_id"]] = agent
        imported = _name("import", row["source_id"])
        received = row["received_at"]
        self._doc.activity(imported, received, received, {PROV_TYPE: self._space["import"]})
        self._doc.used(imported, source, received)
        self._doc.wasAssociatedWith(imported, self._house())
        self._doc.wasAttributedTo(source, agent)

    def _fact(self, kind: str, row: Row) -> None:
        self._facts.add(kind, row)
        fact, source = _name("fact", row["id"]), row["source_id"]
        said: dict[QualifiedName | str | Identifier, Any] = {
            PROV_TYPE: self._space[kind],
            PROV_LABEL: printable(row["label"]),
            "cspu:name": printable(row["name"]),
            "cspu:recordedFrom": plain(row["recorded_from"]),
        }
        for column, name in (("from_day", "from"), ("to_day", "to"), ("recorded_to", "recordedTo")):
            if row[column] is not None:
                said[f"cspu:{name}"] = plain(row[column])
        if row.get("value", "") != "":
            said["cspu:value"] = printable(str(plain(row["value"])))
        self._doc.entity(fact, said)
        imported = _name("import", source)
        self._doc.wasGeneratedBy(fact, imported, row["recorded_from"])
        self._doc.wasDerivedFrom(fact, _name("source", source), imported)
        if agent := self._asserted_by.get(source):
            self._doc.wasAttributedTo(fact, agent)

    def _posting(self, row: Row) -> None:
        posting, made = _name("posting", row["batch_id"]), row["recorded_at"]
        self._doc.activity(posting, made, made, {PROV_TYPE: self._space["posting"]})
        self._doc.wasAssociatedWith(posting, self._house())

    def _movement(self, row: Row) -> None:
        movement, posting = _name("movement", row["id"]), _name("posting", row["batch_id"])
        self._doc.entity(
            movement,
            {
                PROV_TYPE: self._space[row["kind"]],
                PROV_LABEL: printable(row["right"]),
                "cspu:amount": plain(row["amount"]),
                "cspu:unit": row["unit"],
                "cspu:periodStart": plain(row["period_start"]),
                "cspu:periodEnd": plain(row["period_end"]),
                "cspu:reason": printable(row["reason"]),
                "cspu:hash": plain(row["hash"]),
            },
        )
        self._doc.wasGeneratedBy(movement, posting, row["recorded_at"])
        self._doc.wasAttributedTo(movement, self._payer(row))
        self._doc.wasInfluencedBy(movement, _law(row["right_id"], row["version"]))
        for fact in self._facts.about(row, self._names(row)):
            self._doc.wasDerivedFrom(movement, _name("fact", fact), posting)

    def _choice(self, kind: str, row: Row) -> None:
        """A consent or a mandate: hers, or signed for her."""
        chosen = _name(kind, row[f"{kind}_id"])
        to = row["organisation"] if kind == "consent" else row["holder"]
        said: dict[QualifiedName | str | Identifier, Any] = {
            PROV_TYPE: self._space[kind],
            PROV_LABEL: printable(to),
            "cspu:from": plain(row["given_at"]),
            "cspu:to": plain(row["ended_at"] or row["valid_until"]),
        }
        self._doc.entity(chosen, said)
        signed = row["given_by"] if kind == "consent" else row["recorded_by"]
        self._doc.wasAttributedTo(chosen, self._signer(signed))

    def _access(self, row: Row) -> None:
        """A sight of her data: who had it, and the consent or mandate it stood on."""
        access, at = _name("access", row["rank"]), row["seen_at"]
        said: dict[QualifiedName | str | Identifier, Any] = {PROV_TYPE: self._space["access"]}
        if row["purpose"]:
            said["cspu:purpose"] = row["purpose"]
        self._doc.activity(access, at, at, said)
        if row["actor_kind"] == "command":
            self._doc.wasAssociatedWith(access, self._house())
        elif row["masked_until"] is None:
            self._doc.wasAssociatedWith(access, self._signer(row["actor_name"]))
        for basis in row["basis"].split():
            kind, _, key = basis.partition(":")
            if kind in _CHOICES.values():
                self._doc.used(access, _name(kind, key), at)

    def _signer(self, name: str) -> str:
        """Who signed, by name; nobody's name is her own."""
        return self._agent(f"signer/{name}", name) if name else self._agent("person", "person")

    def _payer(self, row: Row) -> str:
        kind, _, code = row["counterparty"].partition(":")
        if kind == EMPLOYER and row["organisation_id"]:
            return self._agent(f"organisation/{row['organisation_id']}", row["organisation"])
        return self._agent(f"payer/{code or kind}", row["payer"])

    def _names(self, row: Row) -> list[tuple[str, str]]:
        """What this version of the right reads; the version is declared the first time it is met."""
        key = (row["right_id"], row["version"])
        if key not in self._versions:
            self._versions[key] = sorted(facts_read(self._law, *key))
            label = printable(f"{row['right']}, {row['article']}")
            self._doc.entity(_law(*key), {PROV_TYPE: self._space["law"], PROV_LABEL: label})
        return self._versions[key]

    def _house(self) -> str:
        return self._agent("house", "CSPU")

    def _agent(self, code: str, label: str) -> str:
        name = _name(code)
        if name not in self._agents:
            self._agents.add(name)
            self._doc.agent(name, {PROV_LABEL: printable(label) or code})
        return name

    # How it is written

    def _turn(self) -> None:
        """Start a piece with a namespace of its own: one remembers every name it ever made."""
        self._space = Namespace("cspu", NAMESPACE)
        self._doc = ProvDocument()
        self._doc.add_namespace(self._space)

    def _flush(self) -> None:
        for record in self._doc.get_records():
            self._provn.write(f"  {record.get_provn()}\n".encode())
        pieces: dict[str, dict[str, Any]] = json.loads(self._doc.serialize(format="json") or "{}")
        pieces.pop("prefix", None)
        for kind, records in pieces.items():
            if kind not in self._parts:
                self._parts[kind] = self._spool()
            part = self._parts[kind]
            for name, record in records.items():
                key = self._relation() if name.startswith(_BLANK) else name
                between = ",\n" if part.tell() else ""
                line = f"{between}{json.dumps(key)}: {json.dumps(record, ensure_ascii=False)}"
                part.write(line.encode())

    def _relation(self) -> str:
        """Numbered over the whole file: each piece numbers its own from one."""
        self._relations += 1
        return f"{_BLANK}id{self._relations}"

    def _json(self) -> IO[bytes]:
        whole = self._spool()
        whole.write(f'{{"prefix": {{"cspu": "{NAMESPACE}"}}'.encode())
        for kind in sorted(self._parts):
            whole.write(f',\n"{kind}": {{\n'.encode())
            part = rewound(self._parts[kind])
            while piece := part.read(64 * 1024):
                whole.write(piece)
            whole.write(b"}")
        whole.write(b"}\n")
        return whole


def _name(*parts: object) -> str:
    return "cspu:" + "/".join(quote(str(part), safe="/") for part in parts)


def _law(right_id: str, in_force: date) -> str:
    return _name("law", right_id, in_force.isoformat())
