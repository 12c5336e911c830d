"""The tests' own database: roles, isolation."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest
from django.db import connection as django_connection

from tests import database
from tests.conftest import FreshDatabase


def test_each_connection_has_its_role(
    pg: psycopg.Connection, web_connection: psycopg.Connection, batch_connection: psycopg.Connection
) -> None:
    names = [
        connection.execute("SELECT current_user").fetchone()
        for connection in (pg, web_connection, batch_connection)
    ]
    assert names == [("cspu_owner",), ("cspu_web",), ("cspu_batch",)]


def test_no_role_is_all_powerful(pg: psycopg.Connection) -> None:
    powerful = pg.execute(
        "SELECT rolname FROM pg_roles "
        "WHERE rolname LIKE 'cspu%' AND (rolsuper OR rolbypassrls OR rolreplication)"
    ).fetchall()
    assert powerful == []


@pytest.mark.parametrize("attempt", [1, 2])
def test_a_fresh_database_forgets_what_the_last_one_was_told(
    fresh_database: FreshDatabase, attempt: int
) -> None:
    with fresh_database.connect() as connection:
        connection.execute("CREATE TABLE public.told (attempt integer)")
        connection.execute("INSERT INTO public.told VALUES (%s)", [attempt])
    with django_connection.cursor() as cursor:
        cursor.execute("SELECT attempt FROM public.told")
        assert cursor.fetchall() == [(attempt,)]


def test_the_tests_files_are_in_memory_while_it_has_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "MEMORY", tmp_path)
    folder = tmp_path / "postgres"
    folder.symlink_to(tmp_path / "erased by a restart")
    monkeypatch.setattr(database, "ROOM", 0)
    database._place(folder)
    placed = folder.resolve()
    assert placed.is_dir()
    assert placed != folder
    database._place(folder)
    assert folder.resolve() == placed
    placed.rmdir()
    monkeypatch.setattr(database, "ROOM", 2**60)
    database._place(folder)
    assert not folder.is_symlink()
