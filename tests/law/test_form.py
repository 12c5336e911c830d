"""What a right may give: a balance, a payment or a status, each with the keys it needs and no other."""

from __future__ import annotations

from pathlib import Path

import duckdb
import psycopg
import pytest

from cspu.kernel.yaml_source import Finding
from cspu.law import LawPack, check_pack, load_pack
from cspu.law.cases import case_sql, check_cases, load_cases, mismatches
from cspu.law.loading import UnknownPack, packs_asked_for
from cspu.law.model import Gives, Standing
from cspu.law.typed import Engine
from cspu.lifecourse.vocabulary import LifeVocabulary
from tests.law.forms import BRITTANY, COMPUTED_ELSEWHERE, PAYMENT, STATUS, texts


def faults(folder: Path, life: LifeVocabulary) -> list[Finding]:
    """What the checker says."""
    return check_pack(load_pack(folder), life.facts, statuses=life.statuses)


def cases_of(
    folder: Path, right: str, text: str, life: LifeVocabulary
) -> tuple[LawPack, list[str]]:
    """Put cases beside a right; what is wrong in them or in what they expect, on PostgreSQL."""
    (folder / "fr" / "cases" / f"{right}.yaml").write_text(text, "utf-8")
    pack = load_pack(folder)
    findings: list[Finding] = []
    load_cases(pack, pack.rights[right], life.facts, findings)
    return pack, [str(finding) for finding in findings]


def wrong(
    pack: LawPack,
    right_id: str,
    life: LifeVocabulary,
    postgres: psycopg.Connection,
    duck: duckdb.DuckDBPyConnection,
) -> list[str]:
    """What differs from the cases, on both engines."""
    right, found = pack.rights[right_id], []
    for case in load_cases(pack, right, life.facts, []):
        for period in case.periods:
            for engine, run in ((Engine.POSTGRES, postgres.execute), (Engine.DUCKDB, duck.execute)):
                sql = case_sql(period, right, pack, life.facts, engine)
                row = None if sql is None else run(sql).fetchone()
                found += [
                    f"{engine} {period.period.start}: {text}"
                    for text in mismatches(period, row, pack.scale_of(right))
                ]
    return found


def test_what_is_not_held_is_read_and_checked(tmp_path: Path, life: LifeVocabulary) -> None:
    """A payment, a status and an amount computed elsewhere are rights like others."""
    folder = texts(
        tmp_path, rent_help=PAYMENT, library_card=STATUS, computed_help=COMPUTED_ELSEWHERE
    )
    assert [str(finding) for finding in faults(folder, life)] == []
    rights = load_pack(folder).rights
    help_, card, computed = rights["rent_help"], rights["library_card"], rights["computed_help"]
    assert [each.gives for each in (help_, card, computed)] == ["payment", "status", "payment"]
    assert not any(each.is_posted for each in (help_, card, computed))
    assert help_.ask is not None
    assert help_.ask.url == "https://example.org"
    assert [duty.reference for duty in help_.duties] == ["Règlement, art. 3"]
    assert help_.parameters["rent_base"].values[1].assumption == "Arrondi, pour l’exemple."
    assert card.unit == ""
    assert computed.versions[0].amount is None
    assert rights["cpf"].gives is Gives.BALANCE


@pytest.mark.parametrize(
    ("right", "old", "new", "code"),
    [
        (STATUS, "per: person", "unit: EUR\nper: person", "unknown_key"),
        (STATUS, "    when:", "    funder: state\n    when:", "unknown_key"),
        (STATUS, "({law})", "{amount} ({law})", "placeholder"),
        (STATUS, "ask: {fr: Demandez-la., en: Ask for it.}\n", "", "missing_key"),
        (STATUS, "gives: status", "gives: gift", "choice"),
        (STATUS, "per: person", "drawn: age\nper: person", "drawn"),
        (STATUS, "per: person", "drawn: nothing\nper: person", "drawn"),
        (
            PAYMENT,
            "    funder: state\n",
            "    funder: state\n    cap: {amount: 1, over: balance}\n",
            "unknown_key",
        ),
        (PAYMENT, "    funder: state\n", "", "missing_key"),
        (PAYMENT, '    amount: "rent_base"\n', "", "missing_key"),
        (PAYMENT, "drawn:", "openfisca: al\ndrawn:", "unknown_key"),
        (PAYMENT, ', assumption: "Arrondi, pour l’exemple."', "", "missing_key"),
        (PAYMENT, '"Arrondi, pour l’exemple."', '""', "no_reference"),
        (PAYMENT, "lowest: 80", "lowest: 95", "bounds"),
        (PAYMENT, "lowest: 80", "lowest: 200", "bounds"),
        (PAYMENT, ', reference: "Règlement, art. 3"', "", "missing_key"),
    ],
)
def test_a_key_that_does_not_fit_is_refused(  # noqa: PLR0917  pytest gives them by name
    tmp_path: Path, life: LifeVocabulary, right: str, old: str, new: str, code: str
) -> None:
    """What a right gives decides what its text says."""
    assert old in right
    name = right.partition("\n")[0].removeprefix("id: ")
    found = faults(texts(tmp_path, **{name: right.replace(old, new, 1)}), life)
    assert code in {finding.code for finding in found}, [str(finding) for finding in found]


def test_cases_of_a_payment_hold_on_both_engines(
    tmp_path: Path,
    life: LifeVocabulary,
    postgres: psycopg.Connection,
    duck: duckdb.DuckDBPyConnection,
) -> None:
    """An amount, not kept, is expected like any other; the region chooses it where one sets it."""
    folder = texts(tmp_path, rent_help=PAYMENT, **{"regions/53": BRITTANY})
    assert [str(finding) for finding in faults(folder, life)] == []
    pack, findings = cases_of(folder, "rent_help", _RENT_CASES, life)
    assert findings == []
    assert wrong(pack, "rent_help", life, postgres, duck) == []


_RENT_CASES = """\
always: {age: 20}
cases:
  everywhere:
    title: Avant que la Bretagne ne le fixe, la région ne compte pas.
    source: Règlement
    periods:
      - {period: "2023-12", facts: {}, answer: yes, amount: 90}
      - {period: "2024-01", facts: {region: "53"}, answer: yes, amount: 100}
      - {period: "2024-12", facts: {age: 17}, answer: no}
  brittany:
    title: La Bretagne, ailleurs, nulle part de connu, puis la fin.
    source: Délibérations
    periods:
      - {period: "2025-01", facts: {region: "53"}, answer: yes, amount: 110}
      - {period: "2025-01", facts: {region: "75"}, answer: yes, amount: 100}
      - {period: "2025-01", facts: {}, answer: yes, amount: unknown}
      - {period: "2026-01", facts: {}, answer: yes, amount: 100}
"""


def test_cases_of_a_status_have_no_amount(
    tmp_path: Path,
    life: LifeVocabulary,
    postgres: psycopg.Connection,
    duck: duckdb.DuckDBPyConnection,
) -> None:
    """Yes, no or unknown, and nothing to count."""
    folder = texts(tmp_path, library_card=STATUS)
    case = "cases:\n  one:\n    title: Un âge.\n    source: Règlement\n    periods:\n"
    lines = [
        '      - {period: "2025-01", facts: {age: 16}, answer: yes}\n',
        '      - {period: "2025-01", facts: {age: 15}, answer: no}\n',
        '      - {period: "2025-01", facts: {}, answer: unknown}\n',
    ]
    pack, findings = cases_of(folder, "library_card", case + "".join(lines), life)
    assert findings == []
    assert wrong(pack, "library_card", life, postgres, duck) == []
    few = [finding.code for finding in check_cases(pack, life.facts)]
    assert few == ["few_cases", "kind_of_case"]
    line = lines[0].replace("answer: yes", "answer: yes, amount: 3")
    _, findings = cases_of(folder, "library_card", case + line, life)
    assert len(findings) == 1
    assert "amount" in findings[0]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("value: 110", "value: 130", "bounds"),
        ("value: 110", "value: oui", "bounds"),
        ("rent_base", "rent_top", "unknown_name"),
        ("rent_help", "rent_hlep", "unknown_name"),
        ("rent_help:\n    rent_base", "cpf:\n    annual_credit", "not_regional"),
        (', reference: "Délibération 1"', "", "missing_key"),
        ("from: 2025-01-01", "from: 2027-01-01", "order"),
    ],
)
def test_a_region_stays_within_what_the_law_leaves_it(
    tmp_path: Path, life: LifeVocabulary, old: str, new: str, code: str
) -> None:
    """Bounds, and only the figures left to regions; the finding is in the region's file."""
    assert old in BRITTANY
    changed = BRITTANY.replace(old, new, 1)
    found = faults(texts(tmp_path, rent_help=PAYMENT, **{"regions/53": changed}), life)
    assert (code, "fr/regions/53.yaml") in {(each.code, each.file) for each in found}


def test_a_region_is_one_that_exists(tmp_path: Path, life: LifeVocabulary) -> None:
    """Its file is called by the code that persons' regions have."""
    found = faults(texts(tmp_path, rent_help=PAYMENT, **{"regions/99": BRITTANY}), life)
    assert ("region", "99") in {(each.code, each.offending) for each in found}


def test_packs_are_those_asked_for(tmp_path: Path) -> None:
    """The law of France alone, unless others are named; one that is not there is refused."""
    assert packs_asked_for({}) == ("fr",)
    assert packs_asked_for({"CSPU_LAW_PACKS": "fr, cspu2030"}) == ("fr", "cspu2030")
    folder = texts(tmp_path)
    (folder / "cspu2030" / "library_card.yaml").write_text(STATUS, "utf-8")
    assert "library_card" not in load_pack(folder).rights
    both = load_pack(folder, ("fr", "cspu2030"))
    card = both.rights["library_card"]
    assert both.pack_of(card).standing is Standing.PROPOSAL
    assert both.pack_of(card).note
    assert both.pack_of(both.rights["cpf"]).standing is Standing.IN_FORCE
    with pytest.raises(UnknownPack):
        load_pack(folder, ("fr", "atlantis"))


def test_two_packs_do_not_share_a_name(tmp_path: Path, life: LifeVocabulary) -> None:
    """A right is of one pack; a folder without pack.yaml is not taken for law."""
    folder = texts(tmp_path, library_card=STATUS)
    (folder / "cspu2030" / "library_card.yaml").write_text(STATUS, "utf-8")
    funders = "state: {label: {fr: Un autre, en: Another}}\n"
    listed = folder / "cspu2030" / "funders.yaml"
    listed.write_text(listed.read_text("utf-8") + funders, "utf-8")
    (folder / "us-ssa" / "pack.yaml").unlink()
    pack = load_pack(folder, ("fr", "cspu2030", "us-ssa"))
    found = check_pack(pack, life.facts, statuses=life.statuses)
    assert {(each.file, each.code) for each in found} == {
        ("cspu2030/library_card.yaml", "id"),
        ("cspu2030/funders.yaml", "funder"),
        ("us-ssa/pack.yaml", "no_pack"),
    }


def test_a_figure_of_another_text_is_that_of_the_other_text() -> None:
    """A decree that raises it is written once; the name it has here may differ."""
    rights = load_pack().rights
    here = rights["rsa"].parameters["single_amount"]
    there = rights["lone_parent_rsa"].parameters["single_amount"]
    assert here.values == there.values
    assert here.unit == there.unit
    assert here.label.en == "Guaranteed amount for one person"
    assert rights["rsa"].parameters["longest_time"].label.en == "Length of the increase"


@pytest.mark.parametrize(
    ("said", "code", "offending"),
    [
        ("{same_as: lone_parent}", "unknown_name", "lone_parent"),
        ("{same_as: aah}", "unknown_name", "longest_time"),
        ("{same_as: lone_parent_rsa, unit: month}", "unknown_key", "unit"),
    ],
)
def test_a_figure_that_no_other_text_has_is_refused(
    tmp_path: Path, said: str, code: str, offending: str
) -> None:
    """No such text, no such figure there, or something of its own said beside."""
    folder = texts(tmp_path)
    file = folder / "fr" / "rsa.yaml"
    text = file.read_text("utf-8")
    file.write_text(
        text.replace("longest_time: {same_as: lone_parent_rsa}", f"longest_time: {said}")
    )
    assert (code, offending) in {(each.code, each.offending) for each in load_pack(folder).findings}
