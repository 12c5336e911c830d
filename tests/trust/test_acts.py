"""Every act that passes the door, and every command that works on everybody's data, has a name to read."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from cspu.trust.acts import ACTS, COMMANDS, act_label, command_label

_CODE = Path(__file__).parents[2] / "src" / "cspu"
_ACT_AT = {"personal": 0, "at_desk": 0, "Asking": 1, "asking_of": 1, "helped": 1, "_document": 1}
"""Where each of these takes its act; any of them may also be given `act=` or `post=`."""
_COMMAND_AT = {"treatment": 1, "begin_treatment": 0}


def words_at(places: dict[str, int], *named: str) -> set[str]:
    """The words written at these places of calls, and for these names, in the whole code."""
    trees = [ast.parse(source.read_text(encoding="utf-8")) for source in _CODE.rglob("*.py")]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    calls = (node for node in nodes if isinstance(node, ast.Call))
    functions = (node for node in nodes if isinstance(node, ast.FunctionDef))
    written = {word for call in calls for word in _words(call, places, named)}
    return written | {word for function in functions for word in _defaults(function, named)}


def _defaults(function: ast.FunctionDef, named: tuple[str, ...]) -> Iterator[str]:
    """What a function takes for these names when it is given nothing."""
    for argument, value in zip(function.args.kwonlyargs, function.args.kw_defaults, strict=True):
        if argument.arg in named and isinstance(value, ast.Constant) and value.value:
            yield str(value.value)


def _words(call: ast.Call, places: dict[str, int], named: tuple[str, ...]) -> Iterator[str]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    given = [each.value for each in call.keywords if each.arg in named]
    if name in places:
        given += call.args[places[name] : places[name] + 1]
    for value in given:
        if isinstance(value, ast.Constant) and isinstance(value.value, str) and value.value:
            yield value.value


def test_every_act_in_use_has_a_name_and_every_name_is_in_use() -> None:
    found = words_at(_ACT_AT, "act", "post")
    assert {"account", "consent_give", "roster", "journal_api", "complaint_answer"} <= found
    assert found == set(ACTS)


def test_every_command_in_use_has_a_name_and_every_name_is_in_use() -> None:
    found = words_at(_COMMAND_AT)
    assert {"settle", "dsn import"} <= found
    assert found == set(COMMANDS)


def test_names_are_in_both_languages() -> None:
    for words in (*ACTS.values(), *COMMANDS.values()):
        assert words.fr
        assert words.en
        assert words.fr != words.en


def test_what_has_no_name_keeps_its_code() -> None:
    assert act_label("nowhere").fr == "nowhere"
    assert command_label("settle --as-of 2026-01-01") == COMMANDS["settle"]
    assert command_label("settlement").fr == "settlement"
