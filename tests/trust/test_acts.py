"""Every act that passes the door has a name that a person can read."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from cspu.trust.acts import ACTS, COMMANDS, act_label, command_label

_CODE = Path(__file__).parents[2] / "src" / "cspu"
_PLACE = {"personal": 0, "Asking": 1, "asking_of": 1, "helped": 1, "_document": 1}
"""Where each of these takes its act."""


def acts_in(tree: ast.AST) -> Iterator[str]:
    """The acts written as words in a file."""
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        name = (
            call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        )
        if name not in _PLACE:
            continue
        given = [*call.args[_PLACE[name] : _PLACE[name] + 1]]
        given += [each.value for each in call.keywords if each.arg in ("act", "post")]
        for value in given:
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                yield value.value


def used() -> set[str]:
    return {
        act
        for source in _CODE.rglob("*.py")
        for act in acts_in(ast.parse(source.read_text(encoding="utf-8")))
    } - {""}


def test_every_act_in_use_has_a_name_and_every_name_is_in_use() -> None:
    found = used()
    assert {"account", "consent_give", "roster", "journal_api"} <= found
    assert found - set(ACTS) == set()
    assert set(ACTS) - found == set()


def test_names_are_in_both_languages() -> None:
    for words in (*ACTS.values(), *COMMANDS.values()):
        assert words.fr
        assert words.en
        assert words.fr != words.en


def test_an_act_without_a_name_keeps_its_code() -> None:
    assert act_label("nowhere").fr == "nowhere"
    assert command_label("settle --all").fr.startswith("Calcul")
    assert command_label("").fr == ""
