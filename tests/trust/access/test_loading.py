"""Each kind of fault in the files is refused at its line, with what is allowed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from cspu.trust.access import AccessRefused, load_access
from cspu.trust.access.loading import FOLDER

# What is written, what a mistaken hand writes; then code, offending part, what the message names.
FAULTS = {
    "scopes": [
        ("secrecy: ordinary", "secrecy: ordinery", "secrecy", "ordinery", "medical_secret"),
        ("right:c2p", "rights:c2p", "kind", "rights:c2p", "status:"),
        ("event:graduation", "event:dismissal", "kind_twice", "event:dismissal", "work"),
        ("{fr: Identité, en: Identity}", "{fr: Identité}", "language", "en", "en"),
    ],
    "legal_bases": [
        ("relation: own_file", "relation: a_file", "choice", "a_file", "own_rows"),
        ("relation: own_file", "relation: consent", "relation", "consent", "alone"),
        ('"RGPD, art. 12, 16 et 19"', '""', "no_reference", "correction", "article"),
    ],
    "roles": [
        ("{scope: housing, verbs: [ask", "{scope: house, verbs: [ask", "scope", "house", "housing"),
        ("verbs: [ask, read], basis", "verbs: [ask, look], basis", "verb", "look", "verify"),
        ("verbs: [ask, read], basis", "verbs: [ask], basis", "ask", "work", "read"),
        ("basis: own_notes", "basis: own_note", "basis", "own_note", "own_notes"),
        (
            "secrecy: ordinary\n    second_factor: true\n    view:\n      - {scope: training",
            "secrecy: ordinary\n    second_factor: true\n    view:\n      - {scope: resources",
            "secrecy",
            "resources (sensitive)",
            "ordinary",
        ),
        ("factor: true", "factor: false", "second_factor", "social_protection_body", "true"),
        (", regional: widen", "", "no_verb", "retirement", "widen"),
        ("task, regional: narrow", "task, regional: widen", "regional", "public_task", "consent"),
        ("work, verbs: [verify]", "work, verbs: [read]", "cell_twice", "work: read", "one"),
        ("label: {fr: Syndicat, en: Trade union}\n    ", "", "missing_key", "label", "missing"),
    ],
    "purposes": [
        ("roles: [union]", "roles: [unions]", "role", "unions", "union"),
        ("roles: [union]", "roles: []", "no_role", "defence", "union"),
        ("roles: [auditor]", "roles: [state]", "no_purpose", "auditor", "purposes.yaml"),
        (
            "[mutual]\n    terms: [1, 30, 90]",
            "[mutual]\n    terms: []",
            "no_term",
            "mutual",
            "terms",
        ),
        ("terms: [1, 30, 90]", "terms: [1, 30, 900]", "days", "900", "365"),
        ("days: 180", "days: 0", "days", "0", "365"),
    ],
    "themes": [
        ("[identity, housing]", "[identity, home]", "scope", "home", "housing"),
        ("rep_scope: Justice", "rep_scope: Logement", "rep_scope", "Logement", "two"),
        ("days: 182", "days: 1820", "days", "1820", "365"),
    ],
    "regions": [
        ('  "93":\n    social', '  "99":\n    social', "region", "99", "94"),
        ("dependency_actor:", "dependency_actors:", "role", "dependency_actors", "state"),
        ("housing: {add", "home: {add", "scope", "home", "housing"),
        ("housing: {add: [ask, read]}", "housing: {add: [ask]}", "ask", "housing", "read"),
        ("housing: {add: [ask, read]}", "work: {add: [read]}", "bound", "work: +read", "fixed"),
        ("housing: {add: [ask,", "housing: {add: [answer,", "bound", "housing: +answer", "verify"),
        ("housing: {add: [ask, read]}", "housing: {grow: [read]}", "unknown_key", "grow", "add"),
        (
            "housing: {add: [ask, read]}",
            "identity: {remove: [read]}",
            "bound",
            "identity: -read",
            "fixed",
        ),
    ],
}
CASES = [(stem, *fault) for stem, faults in FAULTS.items() for fault in faults]


def copied(folder: Path) -> Path:
    """The files of the product, to spoil."""
    for file in FOLDER.glob("*.yaml"):
        shutil.copy(file, folder)
    return folder


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0]}-{case[3]}-{case[4]}")
def test_fault_is_refused(tmp_path: Path, case: tuple[str, ...]) -> None:
    """The finding names the file, the line, the part, and what is allowed there."""
    stem, old, new, code, offending, allowed = case
    file = copied(tmp_path) / f"{stem}.yaml"
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(AccessRefused) as refused:
        load_access(tmp_path)
    finding = next(found for found in refused.value.findings if found.code == code)
    assert finding.offending == offending
    assert allowed.lower() in finding.message.en.lower()
    if code not in {"no_purpose", "no_term"}:  # said of the role that is left without
        assert finding.file == f"{stem}.yaml"
        written = text[: text.index(old)].count("\n") + 1
        assert abs(finding.line - written) <= 3


def test_an_unreadable_file_is_refused_at_its_line(tmp_path: Path) -> None:
    file = copied(tmp_path) / "themes.yaml"
    file.write_text("themes: [\n", "utf-8")
    with pytest.raises(AccessRefused) as refused:
        load_access(tmp_path)
    assert refused.value.findings[0].code == "yaml"
    assert "themes.yaml" in refused.value.message.fr


def test_all_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    for stem, old, new in (
        ("roles", "basis: own_notes", "basis: own_note"),
        ("purposes", "roles: [union]", "roles: [unions]"),
    ):
        file = folder / f"{stem}.yaml"
        file.write_text(file.read_text("utf-8").replace(old, new), "utf-8")
    with pytest.raises(AccessRefused) as refused:
        load_access(folder)
    assert {found.file for found in refused.value.findings} >= {"roles.yaml", "purposes.yaml"}
