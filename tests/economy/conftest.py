"""Persons who hold something, before the door, with the law in force; what is tested asks as the web role."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cspu.entitlement.enactment import enact
from cspu.law import load_pack
from cspu.lifecourse.vocabulary import load_vocabulary
from tests.conftest import FreshDatabase
from tests.economy.purse import RECORDED, Purse
from tests.people.conftest import as_role


@pytest.fixture
def purse(fresh_database: FreshDatabase) -> Iterator[Purse]:
    """Nobody holds anything yet; Django's connection reaches the database as a request does."""
    enact(load_pack(), load_vocabulary(), enacted_at=RECORDED)
    with as_role(fresh_database, "web"):
        yield Purse(fresh_database)
