"""The page of all rights is the one the texts give, and a region's differences can be read."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from cspu.law import load_pack
from cspu.law.loading import packs_of
from cspu.law.page import render
from cspu.law.regions import differences
from tests.cli.command import cspu
from tests.law.forms import BRITTANY, COMPUTED_ELSEWHERE, PAYMENT, STATUS, texts

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "rights.md"


def test_the_page_is_not_stale() -> None:
    """Write it again: `cspu law table > docs/reference/rights.md`."""
    assert PAGE.read_text("utf-8") == render(load_pack(packs=packs_of()))


def test_the_page_says_of_each_right_what_the_text_says(tmp_path: Path) -> None:
    """Kind, unit, payer, law, body, assumptions, and what is left to regions."""
    folder = texts(
        tmp_path,
        rent_help=PAYMENT,
        library_card=STATUS,
        computed_help=COMPUTED_ELSEWHERE,
        **{"regions/53": BRITTANY},
    )
    page = render(load_pack(folder, packs_of(folder)))
    lines = {line.split(" | ")[0]: line for line in page.splitlines() if line.startswith("| ")}
    assert lines["| Aide au loyer `rent_help`"] == (
        "| Aide au loyer `rent_help` | `guaranteed` | `payment` | `EUR` | L’État"
        " | Règlement, art. 1 | 2020-01-01 | La caisse | — | 2 |"
    )
    assert "| `status` | — | — | Règlement, art. 2 |" in lines["| Carte `library_card`"]
    assert "OpenFisca `al`" in lines["| Aide au loyer `computed_help`"]
    assert "| `rent_help` | Base `rent_base` | 80\u00a0€ | 120\u00a0€ | 100\u00a0€ |" in page
    assert "| Bretagne `53` | `rent_help` | Base `rent_base` | 2025-01-01 | 110\u00a0€ |" in page
    assert "rent_base_53" not in page


def test_differences_are_those_of_the_day(tmp_path: Path) -> None:
    """Before and after what the region sets, nothing differs; nor anywhere else."""
    pack = load_pack(texts(tmp_path, rent_help=PAYMENT, **{"regions/53": BRITTANY}))
    found = [*differences(pack, "53", date(2025, 6, 30))]
    assert [(each.right.id, each.parameter.name) for each in found] == [("rent_help", "rent_base")]
    for code, day in [
        ("53", date(2024, 12, 31)),
        ("53", date(2026, 1, 1)),
        ("75", date(2025, 6, 30)),
    ]:
        assert [*differences(pack, code, day)] == []


def test_the_command_writes_both_values_and_the_decision(tmp_path: Path) -> None:
    folder = texts(tmp_path, rent_help=PAYMENT, **{"regions/53": BRITTANY})
    asked = ("law", "diff", "--texts", str(folder), "--on", "2025-06-30", "--region")
    [row] = [
        json.loads(line) for line in cspu(tmp_path, *asked, "53", "--json").stdout.splitlines()
    ]
    assert row == {
        "right": "Aide au loyer (rent_help)",
        "figure": "Base (rent_base)",
        "everywhere_else": "100\u00a0€",
        "in_this_region": "110\u00a0€",
        "since": "2025-01-01",
        "by": "Délibération 1",
    }
    unknown = cspu(tmp_path, *asked, "99")
    assert unknown.returncode == 1
    assert "law.unknown_region" in unknown.stderr


def test_the_check_of_a_right_with_too_few_cases_says_so(tmp_path: Path) -> None:
    folder = texts(tmp_path, library_card=STATUS)
    done = cspu(tmp_path, "law", "check", "--texts", str(folder), "--json")
    assert done.returncode == 1
    assert "no_cases" in done.stdout


def test_a_text_is_shown_with_the_figures_it_takes_from_another(tmp_path: Path) -> None:
    """Who reads `rsa` sees how much it guarantees, though another text holds the figure."""
    done = cspu(tmp_path, "law", "show", "rsa")
    assert done.returncode == 0
    assert "single_amount: {same_as: lone_parent_rsa" in done.stdout
    assert "#   2026-04-01: 651.69 — Décret n° 2026-220 du 30 mars 2026, art. 1" in done.stdout
