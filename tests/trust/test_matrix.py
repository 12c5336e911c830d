"""Who may see what, proved whole: each role, scope and verb of the table of access, at the true door."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql

from cspu.trust.access import load_access
from cspu.trust.access.model import Cell
from tests.conftest import FreshDatabase
from tests.test_portability import OTHERWISE_CUT, PERSON_TABLES, WITHOUT_PERSONS
from tests.trust.crowd import Crowd
from tests.trust.matrix import Matrix
from tests.trust.ways import PythonDoor, RawSql, Way

TABLE = load_access()
WAYS = ("python", "raw_sql")
REGIONS = sorted({each.region for each in TABLE.settings})


@pytest.fixture
def owner(fresh_database: FreshDatabase) -> Iterator[psycopg.Connection]:
    with fresh_database.connect(autocommit=True) as connection:
        yield connection


@pytest.fixture
def raw(fresh_database: FreshDatabase) -> Iterator[psycopg.Connection]:
    """Plain psycopg as the web role."""
    with fresh_database.connect("web", autocommit=True) as connection:
        yield connection


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest, as_web: FreshDatabase, raw: psycopg.Connection) -> Way:
    return PythonDoor() if request.param == "python" else RawSql.of(raw)


def regional(region: str) -> list[Cell]:
    """Every cell of the roles that the region widens or narrows."""
    changed = {each.role for each in TABLE.settings if each.region == region}
    return [cell for cell in TABLE.cells(region) if cell.role in changed]


def test_every_cell_is_as_the_table_says(crowd: Crowd, owner: psycopg.Connection, way: Way) -> None:
    """Allowed: opens on the relation its basis stands on and that alone, one line. Else: shut."""
    cells = list(TABLE.cells())
    matrix = Matrix(TABLE, crowd, owner, way)
    matrix.play(cells)
    assert matrix.wrong == []
    assert len(cells) == len(TABLE.roles) * len(TABLE.scopes) * 4
    allowed = [cell for cell in cells if cell.basis and cell.verb != "verify"]
    assert matrix.opened == len(allowed) > 100


@pytest.mark.parametrize("region", REGIONS)
def test_a_region_widens_and_narrows_as_it_says(
    crowd: Crowd, owner: psycopg.Connection, way: Way, region: str
) -> None:
    cells = regional(region)
    assert set(cells) - set(TABLE.cells()), "this region changes nothing"
    matrix = Matrix(TABLE, crowd, owner, way)
    matrix.play(cells, region)
    assert matrix.wrong == []
    assert matrix.opened


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        (
            "INSERT INTO trust.view VALUES ('union', 'family', 'read', '', 'consent', TRUE)",
            "union × family × read: must stay shut (role_may_not)",
        ),
        (
            "DELETE FROM trust.view WHERE (role, scope, verb) = ('union', 'work', 'read')",
            "union × work × read: for defence: refusal role_may_not",
        ),
        (
            "UPDATE trust.kind SET scope = 'work' WHERE kind = 'status:sick_leave'",
            "union × work × read: for defence: refusal None, too much ['status:sick_leave']",
        ),
        (
            (
                "CREATE FUNCTION trust.lose() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';"
                "CREATE TRIGGER lost BEFORE INSERT ON trust.access FOR EACH ROW EXECUTE FUNCTION trust.lose()"
            ),
            "union × work × read: for defence: must leave one line of its own, left []",
        ),
        (
            "ALTER TABLE lifecourse.event DISABLE ROW LEVEL SECURITY",
            "union × work × answer: must stay shut (purpose_unknown)",
        ),
    ],
)
def test_the_matrix_names_the_cell_that_is_wrong(
    crowd: Crowd, owner: psycopg.Connection, as_web: FreshDatabase, statement: str, named: str
) -> None:
    """Its control: a database that does not do what the table says."""
    owner.execute(statement.encode())
    matrix = Matrix(TABLE, crowd, owner, PythonDoor())
    matrix.play([cell for cell in TABLE.cells() if cell.role == "union"])
    assert [each for each in matrix.wrong if each.startswith(named)], matrix.wrong


def test_without_the_door_no_table_shows_a_person(crowd: Crowd, raw: psycopg.Connection) -> None:
    """A session's token in hand: every table about persons is denied, or shows nobody."""
    alice = crowd.person()
    crowd.session("person", alice)
    shown, denied = [], set()
    for table in sorted(PERSON_TABLES | (set(OTHERWISE_CUT) - WITHOUT_PERSONS)):
        query = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(*table.split(".")))
        try:
            if raw.execute(query).fetchone() != (0,):
                shown.append(table)
        except psycopg.errors.InsufficientPrivilege:
            denied.add(table)
    assert shown == []
    assert denied >= {"people.identity", "people.nir_index", "trust.access", "trust.session"}
    assert "ledger.transfer" not in denied, "then nothing was tried"
