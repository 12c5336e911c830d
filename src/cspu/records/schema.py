"""The JSON of an export: how values are written, and the schema (2020-12) that describes it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from cspu.kernel.text import Text
from cspu.records.sections import Column, Kind, Section

FORMAT = "cspu-export/1"
_DECIMAL = r"^-?[0-9]+(\.[0-9]+)?$"
_MOMENT = r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$"
_TYPES: dict[Kind, dict[str, Any]] = {
    Kind.TEXT: {"type": "string"},
    Kind.TEXTS: {"type": "array", "items": {"type": "string"}},
    Kind.INTEGER: {"type": "integer"},
    Kind.DECIMAL: {"type": "string", "pattern": _DECIMAL},
    Kind.DATE: {"type": "string", "format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$"},
    Kind.MOMENT: {"type": "string", "format": "date-time", "pattern": _MOMENT},
    Kind.FLAG: {"type": "boolean"},
    Kind.ID: {"type": "string", "format": "uuid", "pattern": "^[0-9a-f-]{36}$"},
    Kind.HASH: {"type": "string", "pattern": "^[0-9a-f]{64}$"},
    Kind.DETAILS: {"type": "object"},
}
_HEAD = {
    "format": Text("Format de ce fichier", "Format of this file"),
    "person_id": Text("Votre identifiant dans le compte", "Your identifier in the account"),
    "as_of": Text("Date du dossier", "Date of the file"),
    "language": Text("Langue des libellés", "Language of the labels"),
}
_TITLE = Text("Tout ce que votre compte sait de vous", "All that your account knows about you")
_ABOUT = Text(
    "Les montants et quantités sont des textes décimaux exacts, jamais des nombres flottants. "
    "null veut dire « inconnu » ou « sans fin », jamais zéro.",
    "Amounts and quantities are exact decimal texts, never floating-point numbers. "
    "null means “not known” or “without end”, never zero.",
)


def plain(value: object) -> Any:  # noqa: ANN401, PLR0911  one way to write each type
    """A value as JSON writes it: dates as ISO, moments in UTC, decimals exact as text."""
    match value:
        case datetime():
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case date():
            return value.isoformat()
        case Decimal():
            return f"{value:f}"
        case UUID():
            return str(value)
        case bytes():
            return value.hex()
        case tuple() | list():
            return [plain(each) for each in value]
        case _:
            return value


def schema_of(sections: Iterable[Section]) -> dict[str, Any]:
    """The JSON Schema of `account.json`, each property described in French and in English."""
    properties: dict[str, Any] = {
        name: _described({"type": "string"}, _HEAD[name]) for name in _HEAD
    }
    properties["format"]["const"] = FORMAT
    properties["as_of"] |= _TYPES[Kind.DATE]
    properties["person_id"] |= _TYPES[Kind.ID]
    properties["language"]["enum"] = ["fr", "en"]
    for section in sections:
        record = {
            "type": "object",
            "properties": {each.name: _column(each) for each in section.columns},
            "required": [each.name for each in section.columns],
            "additionalProperties": False,
        }
        whole = record if section.single else {"type": "array", "items": record}
        properties[section.name] = _described(whole, section.about)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": _both(_TITLE),
        "description": _both(_ABOUT),
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _column(column: Column) -> dict[str, Any]:
    kind = _TYPES[column.kind]
    if column.optional:
        kind = kind | {"type": [kind["type"], "null"]}
    return _described(kind, column.label)


def _described(kind: dict[str, Any], label: Text) -> dict[str, Any]:
    return {"description": _both(label), **kind}


def _both(text: Text) -> str:
    return f"{text.fr} | {text.en}"
