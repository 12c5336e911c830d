"""The checker: every text that ships passes; each kind of fault is refused at its line."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from cspu.kernel.yaml_source import Finding
from cspu.law import LawRefused, check_pack, load_pack, version_trees
from cspu.law.cases import check_cases
from cspu.law.loading import TEXTS, packs_of
from cspu.lifecourse.vocabulary import LifeVocabulary
from tests.law.faults import FAULTS, Fault


def faulty(tmp_path: Path, fault: Fault) -> tuple[Path, str]:
    """A copy of the texts with one edit; the edited text."""
    folder = tmp_path / "texts"
    shutil.copytree(TEXTS, folder)
    file = folder / "fr" / f"{fault.file}.yaml"
    text = file.read_text("utf-8")
    assert fault.old in text
    text = text.replace(fault.old, fault.new, 1)
    file.write_text(text, "utf-8")
    return folder, text


def everything_wrong(folder: Path, life: LifeVocabulary) -> list[Finding]:
    """What `cspu law check` says of these texts and their cases."""
    pack = load_pack(folder)
    found = check_pack(pack, life.facts, statuses=life.statuses)
    return found + check_cases(pack, life.facts)


def test_every_shipped_text_passes(life: LifeVocabulary) -> None:
    """What ships may be applied, in every pack."""
    pack = load_pack(packs=packs_of())
    found = check_pack(pack, life.facts, statuses=life.statuses)
    assert [str(finding) for finding in found] == []
    assert {"apprentice_licence", "c2p", "cec", "cpf", "paid_leave"} <= {*pack.rights}


@pytest.mark.parametrize(
    "fault", FAULTS, ids=[f"{f.file}-{f.code}-{f.offending[:20]}" for f in FAULTS]
)
def test_fault_is_refused_at_its_line(tmp_path: Path, life: LifeVocabulary, fault: Fault) -> None:
    """File, line, the part that offends, and what is allowed."""
    folder, text = faulty(tmp_path, fault)
    found = everything_wrong(folder, life)
    assert fault.code in {finding.code for finding in found}, [str(finding) for finding in found]
    finding = next(finding for finding in found if finding.code == fault.code)
    assert finding.file == f"fr/{fault.file}.yaml"
    assert fault.offending in finding.offending
    expected = text[: text.index(fault.line)].count("\n") + 1
    if fault.code == "duplicate_key":
        expected += 1
    assert finding.line == expected, str(finding)
    assert finding.message.fr
    assert finding.message.en


def test_a_faulty_text_is_never_applied(tmp_path: Path, life: LifeVocabulary) -> None:
    """A text that cannot be read is left out; a refused expression will not compile."""
    folder, _ = faulty(tmp_path, Fault("cpf", "per: person\n", "", "", "", ""))
    assert "cpf" not in load_pack(folder).rights
    shutil.rmtree(folder)
    folder, _ = faulty(tmp_path, Fault("cpf", "AND (age >=", "AND (agee >=", "", "", ""))
    right = load_pack(folder).rights["cpf"]
    with pytest.raises(LawRefused) as refused:
        version_trees(right, right.versions[0], life.facts)
    assert [finding.offending for finding in refused.value.findings] == ["agee"]
    assert "agee" in refused.value.sentence("fr")


def test_several_faults_are_all_said(tmp_path: Path, life: LifeVocabulary) -> None:
    """One pass shows every fault of every file."""
    folder, _ = faulty(tmp_path, Fault("cpf", "AND (age >=", "AND (agee >=", "", "", ""))
    file = folder / "fr" / "cec.yaml"
    file.write_text(file.read_text("utf-8").replace("funder: state", "funder: nobody"), "utf-8")
    found = everything_wrong(folder, life)
    assert {(finding.file, finding.offending) for finding in found} == {
        ("fr/cpf.yaml", "agee"),
        ("fr/cec.yaml", "nobody"),
    }


@pytest.mark.parametrize(
    ("written", "code"),
    [
        (b"\xff\xfe\x00abc", "encoding"),
        (b"id: c\x01pf\n", "yaml"),
        (b"id: &itself [*itself]\n", "yaml"),
        (b"", "yaml"),
    ],
    ids=["not text", "a control character", "within itself", "empty"],
)
def test_what_is_no_yaml_is_refused_in_words(
    tmp_path: Path, life: LifeVocabulary, written: bytes, code: str
) -> None:
    """Whatever the file holds, its author reads which file it is: never a trace of our code."""
    folder = tmp_path / "texts"
    shutil.copytree(TEXTS, folder)
    (folder / "fr" / "cpf.yaml").write_bytes(written)
    found = everything_wrong(folder, life)
    assert {(each.file, each.code) for each in found} == {("fr/cpf.yaml", code)}


def test_a_folder_without_units_says_what_it_lacks(tmp_path: Path, life: LifeVocabulary) -> None:
    """The author of a first text starts from an empty folder."""
    found = everything_wrong(tmp_path, life)
    assert [(each.file, each.code) for each in found] == [("units.yaml", "no_file")]
