"""Each made-up person shows what her sentence promises, settled by the real law."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from cspu.demo.operations import load_people
from cspu.demo.personas import Cast, read_cast
from cspu.entitlement.operations import settle_person
from cspu.entitlement.pages import Tile, TraceNode
from cspu.entitlement.queries import account_page, tile_page
from cspu.kernel.answers import Answer
from cspu.kernel.ids import PersonId
from cspu.people.queries import find_by_nir
from tests.conftest import FreshDatabase


def tiles(cast: Cast, slug: str) -> tuple[PersonId, dict[str, Tile]]:
    """Her settled account on the day of the demonstration."""
    [persona] = [each for each in cast.personas if each.slug == slug]
    person_id = find_by_nir(persona.nir)
    assert person_id is not None
    settle_person(person_id, as_of=cast.today)
    page = account_page(person_id, on=cast.today, lang="fr")
    return person_id, {tile.right_id: tile for family in page.families for tile in family.tiles}


def steps(nodes: Iterable[TraceNode]) -> Iterator[TraceNode]:
    """Every step of a computation that says what it is made of."""
    for node in nodes:
        if node.children:
            yield node
        yield from steps(node.children)


def held(tile: Tile) -> Decimal | None:
    return tile.balance.value if tile.balance else None


@pytest.fixture
def cast(fresh_database: FreshDatabase, in_force: None, tmp_path: Path) -> Cast:
    everybody = read_cast()
    load_people(tmp_path, cast=everybody)
    return everybody


def test_everybody_shows_what_she_promises(cast: Cast) -> None:
    """One story for all: bringing everybody in is what takes time."""
    _, nadia = tiles(cast, "nadia")
    assert Decimal(500) in {movement.amount.value for movement in nadia["cpf"].news}

    _, enzo = tiles(cast, "enzo")
    assert held(enzo["apprentice_licence"]) == 500
    # 2025: 4 months of 151.67 h at the low-skilled rate over 1,607 h, rounded up; 2026: in full
    assert held(enzo["cpf"]) == Decimal("302.02") + 800

    _, monique = tiles(cast, "monique")
    assert held(monique["cpf"]) == 8 * 500
    assert monique["carer_leave"].answer is Answer.YES

    _, karim = tiles(cast, "karim")
    # nights alone 2015-2018; two factors 2019-2025; nights alone 2026
    assert held(karim["c2p"]) == 4 * 4 + 7 * 8 + 4
    assert karim["c2p"].protected is not None
    assert karim["c2p"].protected.value == 20

    _, bernard = tiles(cast, "bernard")
    # 2016: two quarters of three factors, counted twice at most; 2017: four quarters, twice at
    # most; then noise alone, nine years
    assert held(bernard["c2p"]) == 2 * 2 + 4 * 2 + 9 * 4
    assert bernard["c2p"].protected is not None
    assert bernard["c2p"].protected.value == 10
    assert held(bernard["cec"]) == 240

    person_id, lea = tiles(cast, "lea")
    assert held(lea["cpf"]) is not None
    page = tile_page(person_id, "cpf", on=cast.today, lang="fr")
    silent = {each.period_start.year: each.missing for each in page.explanations}
    assert [month.month for missing in silent[2026] for month in missing.months] == [3, 4, 5]
    assert [month.month for missing in silent[2024] for month in missing.months] == [11]
    assert silent[2025] == ()
    assert "Agence Horizon" in silent[2026][0].supplied_by

    _, ines = tiles(cast, "ines")
    assert held(ines["cec"]) == 240
    assert ines["cec"].upcoming is not None

    # her daily benefit rests on the same wage in four places: it is detailed in one
    person_id, _ = tiles(cast, "gaelle")
    page = tile_page(person_id, "unemployment_days_carried", on=cast.today, lang="fr")
    for explanation in page.explanations:
        detailed = list(steps(explanation.tree))
        assert len(set(detailed)) == len(detailed)
    assert "détail plus haut" in str(page.explanations)
