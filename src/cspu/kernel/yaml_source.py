"""YAML read with its lines: every finding can say which file and line it speaks of.

Numbers are exact decimals (never floats), dates are dates, duplicate keys are refused.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

import yaml

from cspu.kernel.text import LANGUAGES, Text

Scalar = str | int | Decimal | bool | date | None
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times faster, where it is built
Choice = TypeVar("Choice", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong in a text: where, what part, and what is allowed there."""

    file: str
    line: int
    code: str
    offending: str
    message: Text

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.offending}: {self.message.en}"


@dataclass(frozen=True, slots=True)
class Item:
    """One value of a YAML text with its place: a scalar, a mapping or a sequence."""

    file: str
    line: int
    value: Scalar = None
    mapping: Mapping[str, Item] | None = None
    sequence: Sequence[Item] | None = None
    raw: str = field(default="", repr=False, compare=False)

    def line_at(self, offset: int) -> int:
        """The line of the character at `offset` of a text value, however it was folded."""
        if not isinstance(self.value, str):
            return self.line
        before = sum(not sign.isspace() for sign in self.value[:offset])
        for index, sign in enumerate(self.raw):
            if sign.isspace():
                continue
            if before == 0:
                return self.line + self.raw[:index].count("\n")
            before -= 1
        return self.line

    def finding(self, code: str, offending: str, message: Text, *, at: int = 0) -> Finding:
        """A finding about this item (or the character `at` of its text)."""
        return Finding(self.file, self.line_at(at), code, offending, message)


def read_yaml(path: Path, findings: list[Finding], *, name: str = "") -> Item | None:
    """Read one file, called `name` in findings; what is unreadable is added to them."""
    file = name or path.name
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        findings.append(Finding(file, 1, "no_file", file, _NO_FILE))
    except UnicodeDecodeError:
        findings.append(Finding(file, 1, "encoding", file, _ENCODING))
    else:
        return read_yaml_text(text, findings, file=file)
    return None


def read_yaml_text(text: str, findings: list[Finding], *, file: str) -> Item | None:
    """Read one YAML text; None when it is empty or malformed."""
    try:
        node = yaml.compose(text, Loader=_LOADER)
        if node is not None:
            return _item(node, text, file, findings)
        findings.append(Finding(file, 1, "yaml", file, _EMPTY))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        findings.append(Finding(file, line, "yaml", str(error.problem), _MALFORMED))
    except yaml.YAMLError as error:  # a character that YAML does not take: it has no line
        findings.append(Finding(file, 1, "yaml", str(error).partition("\n")[0], _MALFORMED))
    except RecursionError:
        findings.append(Finding(file, 1, "yaml", file, _TOO_DEEP))
    return None


def _item(node: yaml.Node, text: str, file: str, findings: list[Finding]) -> Item:
    line = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        return Item(file, line, mapping=_mapping(node, text, file, findings))
    if isinstance(node, yaml.SequenceNode):
        parts = tuple(_item(part, text, file, findings) for part in node.value)
        return Item(file, line, sequence=parts)
    start, raw = line, text[node.start_mark.index : node.end_mark.index]
    style = getattr(node, "style", None)
    if style in ("|", ">"):
        raw = raw.partition("\n")[2]
        start += 1
    elif style in ("'", '"'):
        raw = raw[1:]
    try:
        value = _scalar(node)
    except (ValueError, InvalidOperation):
        value = None
        findings.append(Finding(file, line, "value", node.value, _BAD_SCALAR))
    return Item(file, start, value=value, raw=raw)


def _mapping(
    node: yaml.MappingNode, text: str, file: str, findings: list[Finding]
) -> Mapping[str, Item]:
    found: dict[str, Item] = {}
    for key, value in node.value:
        name = str(key.value)
        if name in found:
            line = key.start_mark.line + 1
            findings.append(Finding(file, line, "duplicate_key", name, _DUPLICATE))
            continue
        found[name] = _item(value, text, file, findings)
    return found


def _scalar(node: yaml.Node) -> Scalar:
    kind = node.tag.rsplit(":", 1)[-1]
    written = str(node.value)
    match kind:
        case "null":
            return None
        case "bool":
            return written.lower() in ("true", "yes", "on")
        case "int":
            return int(written.replace("_", ""), 10)
        case "float":
            return Decimal(written)
        case "timestamp":
            return date.fromisoformat(written)
        case _:
            return written


class Form:
    """Reads the fields of one mapping; whatever is missing, unknown or mistyped is collected."""

    def __init__(
        self,
        item: Item,
        findings: list[Finding],
        *,
        required: Collection[str] = (),
        optional: Collection[str] = (),
    ) -> None:
        self.item = item
        self.findings = findings
        self.fields: Mapping[str, Item] = item.mapping or {}
        if item.mapping is None:
            self._find(item, "shape", str(item.value), _NOT_A_MAPPING)
            return
        known = sorted({*required, *optional})
        for name in self.fields:
            if name not in known:
                self._find(self.fields[name], "unknown_key", name, _known_keys(known))
        for name in required:
            if name not in self.fields:
                self._find(item, "missing_key", name, _MISSING)

    def __contains__(self, name: str) -> bool:
        return name in self.fields

    def __getitem__(self, name: str) -> Item | None:
        return self.fields.get(name)

    def text(self, name: str) -> str:
        """A field that is a text; empty when absent or mistyped."""
        return self._scalar(name, str, "texte", "text") or ""

    def integer(self, name: str, default: int = 0) -> int:
        """A field that is a whole number."""
        found = self._scalar(name, int, "nombre entier", "whole number")
        return default if found is None else found

    def day(self, name: str) -> date | None:
        """A field that is a date."""
        return self._scalar(name, date, "date aaaa-mm-jj", "date yyyy-mm-dd")

    def flag(self, name: str, *, default: bool = False) -> bool:
        """A field that is true or false."""
        found = self._scalar(name, bool, "true ou false", "true or false")
        return default if found is None else found

    def bilingual(self, name: str) -> Text:
        """A field written in every language of the interface."""
        item = self.fields.get(name)
        return Text("", "") if item is None else bilingual(item, self.findings)

    def choice(self, name: str, choices: type[Choice], default: Choice) -> Choice:
        """A field that takes one of the listed values."""
        item = self.fields.get(name)
        if item is None:
            return default
        try:
            return choices(str(item.value))
        except ValueError:
            self._find(item, "choice", str(item.value), known_values([*choices]))
            return default

    def texts(self, name: str) -> tuple[str, ...]:
        """A field that is a list of texts."""
        items = self.items(name)
        wrong = [item for item in items if not isinstance(item.value, str)]
        for item in wrong:
            self._find(item, "shape", str(item.value), _wanted("texte", "text"))
        return tuple(item.value for item in items if isinstance(item.value, str))

    def items(self, name: str) -> Sequence[Item]:
        """A field that is a list."""
        item = self.fields.get(name)
        if item is None:
            return ()
        if item.sequence is None:
            self._find(item, "shape", name, _wanted("liste", "list"))
            return ()
        return item.sequence

    def named(self, name: str) -> Mapping[str, Item]:
        """A field that is a mapping from names to values."""
        item = self.fields.get(name)
        if item is None:
            return {}
        if item.mapping is None:
            self._find(item, "shape", name, _NOT_A_MAPPING)
            return {}
        return item.mapping

    def _scalar(self, name: str, kind: type[_S], fr: str, en: str) -> _S | None:
        item = self.fields.get(name)
        if item is None:
            return None
        value = item.value
        mistaken = isinstance(value, bool) and kind is not bool
        if not isinstance(value, kind) or mistaken:
            self._find(item, "shape", f"{name}: {value}", _wanted(fr, en))
            return None
        return value

    def _find(self, item: Item, code: str, offending: str, message: Text) -> None:
        self.findings.append(item.finding(code, offending, message))


_S = TypeVar("_S", str, int, bool, date)


def bilingual(item: Item, findings: list[Finding]) -> Text:
    """`{fr: …, en: …}`: a missing or empty language is a finding."""
    mapping = item.mapping or {}
    found: dict[str, str] = {}
    for lang in LANGUAGES:
        part = mapping.get(lang)
        found[lang] = part.value if part and isinstance(part.value, str) else ""
        if not found[lang].strip():
            findings.append(item.finding("language", lang, _LANGUAGE))
    findings.extend(
        part.finding("unknown_key", name, known_values(LANGUAGES))
        for name, part in mapping.items()
        if name not in LANGUAGES
    )
    return Text.of(found)


def known_values(values: Collection[str]) -> Text:
    """The list of what is allowed: `Allowed values: a, b, c.`."""
    listed = ", ".join(values) or "—"
    return Text(fr=f"Valeurs permises : {listed}.", en=f"Allowed values: {listed}.")


def _known_keys(known: Collection[str]) -> Text:
    listed = ", ".join(known)
    return Text(
        fr=f"Rubrique inconnue. Rubriques permises : {listed}.",
        en=f"Unknown key. Allowed keys: {listed}.",
    )


def _wanted(fr: str, en: str) -> Text:
    return Text(fr=f"Attendu ici : {fr}.", en=f"Expected here: {en}.")


_MALFORMED = Text(
    fr="Le YAML est mal formé à cette ligne : vérifiez retraits, guillemets et deux-points.",
    en="The YAML is malformed at this line: check indentation, quotes and colons.",
)
_NO_FILE = Text(
    fr="Ce fichier manque : reprenez celui des textes livrés, ou écrivez-le.",
    en="This file is missing: take that of the texts that ship, or write it.",
)
_ENCODING = Text(fr="Ce fichier n’est pas du texte en UTF-8.", en="This file is not text in UTF-8.")
_TOO_DEEP = Text(
    fr="Les rubriques s’emboîtent trop, ou l’une se contient elle-même.",
    en="Keys are nested too deep, or one holds itself.",
)
_EMPTY = Text(fr="Le fichier est vide.", en="The file is empty.")
_DUPLICATE = Text(
    fr="Cette rubrique est écrite deux fois ; gardez-en une.",
    en="This key is written twice; keep one.",
)
_MISSING = Text(fr="Il manque cette rubrique.", en="This key is missing.")
_NOT_A_MAPPING = Text(
    fr="Attendu ici : des rubriques « nom: valeur ».", en="Expected here: “name: value” keys."
)
_LANGUAGE = Text(
    fr="Le texte doit exister en français (fr) et en anglais (en).",
    en="The text must exist in French (fr) and English (en).",
)
_BAD_SCALAR = Text(
    fr="Valeur illisible : nombres décimaux avec un point, dates aaaa-mm-jj.",
    en="Unreadable value: decimals with a point, dates as yyyy-mm-dd.",
)
