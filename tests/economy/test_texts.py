"""The rules of exchange, as texts: each says where it is read or why it was chosen, and when."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from cspu.economy.recovery_texts import recoveries
from cspu.economy.sharing_texts import community_contents, gift_contents
from cspu.economy.texts import conversions, point_values
from cspu.economy.use_texts import top_ups, uses
from cspu.kernel.yaml_source import Finding
from cspu.law import LawPack, load_pack
from cspu.law.loading import TEXTS, packs_of

READERS: Mapping[str, Callable[[LawPack, list[Finding]], Iterator[object]]] = {
    "point_values": point_values,
    "conversions": conversions,
    "uses": uses,
    "top_ups": top_ups,
    "gifts": gift_contents,
    "time_bank": community_contents,
    "recovery": recoveries,
}


def found(pack: LawPack, stem: str) -> list[str]:
    """What is wrong with one kind of text."""
    findings: list[Finding] = []
    list(READERS[stem](pack, findings))
    return [finding.code for finding in findings]


@pytest.mark.parametrize("stem", READERS)
def test_every_rule_has_a_source_and_a_day(stem: str) -> None:
    assert found(load_pack(packs=packs_of()), stem) == []


@pytest.mark.parametrize("stem", READERS)
def test_a_rule_never_read_again_is_refused(tmp_path: Path, stem: str) -> None:
    assert "unchecked" in found(without(tmp_path, stem, "checked"), stem)


@pytest.mark.parametrize("stem", READERS)
def test_a_rule_without_address_nor_reason_is_refused(tmp_path: Path, stem: str) -> None:
    assert "no_source" in found(without(tmp_path, stem, "url", "assumption"), stem)


def test_a_bound_that_nobody_can_tell_is_refused(tmp_path: Path) -> None:
    """A slip of the pen would close the conversion to everybody, and say nothing."""
    pack = amended(tmp_path, "conversions", {"benefit_days_left": "benefit_days_lefft"})
    assert found(pack, "conversions") == ["attribute"]


def without(tmp_path: Path, stem: str, *keys: str) -> LawPack:
    """The shipped texts, these keys of one file called otherwise."""
    return amended(tmp_path, stem, {f"{key}: ": f"not_{key}: " for key in keys})


def amended(tmp_path: Path, stem: str, words: Mapping[str, str]) -> LawPack:
    """The shipped texts, some words of one file replaced."""
    folder = tmp_path / "texts"
    shutil.copytree(TEXTS, folder)
    file = folder / "fr" / f"{stem}.yaml"
    text = file.read_text("utf-8")
    for written, other in words.items():
        text = text.replace(written, other)
    file.write_text(text, "utf-8")
    return load_pack(folder)
