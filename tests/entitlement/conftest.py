"""A database of the test's own with our five rights in force."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from cspu.entitlement.enactment import Enactment, enact
from cspu.law import load_pack
from cspu.law.loading import TEXTS
from cspu.lifecourse.vocabulary import load_vocabulary
from tests.conftest import FreshDatabase
from tests.entitlement.lives import moment

Amend = Callable[..., Enactment]


@pytest.fixture
def house(fresh_database: FreshDatabase, in_force: None) -> FreshDatabase:
    """The texts as published are in force."""
    return fresh_database


@pytest.fixture
def amend(house: FreshDatabase, tmp_path: Path) -> Amend:
    """Enact our texts with some words replaced, as in `amend(cpf={"value: 500": "value: 600"})`."""

    def enacted(**changes: dict[str, str]) -> Enactment:
        folder = tmp_path / "texts"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(TEXTS, folder)
        for right, replacements in changes.items():
            file = folder / "fr" / f"{right}.yaml"
            text = file.read_text("utf-8")
            for old, new in replacements.items():
                assert old in text
                text = text.replace(old, new)
            file.write_text(text, "utf-8")
        return enact(load_pack(folder), load_vocabulary(), enacted_at=moment(1))

    return enacted
