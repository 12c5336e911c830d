"""Screens before made-up answers of the domain: what is tested here is only how they are shown."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from pytest_django.fixtures import Settings

from cspu.entitlement.pages import AccountPage, TilePage
from cspu.entitlement.queries import UnknownRight
from cspu.kernel.ids import PersonId
from cspu.kernel.text import Lang
from cspu.lifecourse.picture import LifePicture
from cspu.people.identities import Sex
from cspu.people.queries import Identity
from cspu.trust.logins import new_token
from tests.web import examples

NADIA = Identity("BENALI", "Benali", "Nadia", Sex.FEMALE, date(1989, 3, 2))


class FakeDomain:
    """The domain's answers, and the calls the screens made."""

    def __init__(self) -> None:
        self.account = examples.ACCOUNT
        self.pages = dict(examples.TILE_PAGES)
        self.life = examples.LIFE
        self.calls: list[str] = []

    def settle_person(self, person_id: PersonId, *, as_of: date) -> None:
        self.calls.append(f"settle {person_id} {as_of}")

    def catch_up(self, person_id: PersonId, *, on: date) -> None:
        self.calls.append(f"catch up {person_id} {on}")

    def account_page(self, person_id: PersonId, *, on: date, lang: Lang) -> AccountPage:
        self.calls.append(f"account {person_id} {on} {lang}")
        return self.account

    def tile_page(self, person_id: PersonId, right_id: str, *, on: date, lang: Lang) -> TilePage:
        self.calls.append(f"tile {person_id} {right_id} {on} {lang}")
        if right_id not in self.pages:
            raise UnknownRight(right_id)
        return self.pages[right_id]

    def life_picture(self, person_id: PersonId, *, on: date, lang: Lang) -> LifePicture:
        self.calls.append(f"life {person_id} {on} {lang}")
        return self.life


@pytest.fixture
def domain(monkeypatch: pytest.MonkeyPatch, settings: Settings, db: None) -> FakeDomain:
    """The screens ask this fake instead of the database, on a day of their own."""
    settings.CSPU_TODAY = examples.TODAY
    fake = FakeDomain()
    views = "cspu.web.account.views"
    current = "cspu.web.account.current"
    monkeypatch.setattr(f"{current}.operations.settle_person", fake.settle_person)
    monkeypatch.setattr(f"{current}.catch_up", fake.catch_up)
    monkeypatch.setattr(f"{views}.pots_shown", lambda *_, **__: [])
    monkeypatch.setattr(f"{views}.owed_shown", lambda *_, **__: [])
    monkeypatch.setattr(f"{views}.entitlement.account_page", fake.account_page)
    monkeypatch.setattr(f"{views}.entitlement.tile_page", fake.tile_page)
    monkeypatch.setattr(f"{views}.lifecourse.life_picture", fake.life_picture)
    monkeypatch.setattr("cspu.web.context.identity_in_sight", lambda: NADIA)
    return fake


@pytest.fixture
def nadia(domain: FakeDomain, settings: Settings) -> Client:
    """Her browser, logged in."""
    client, token = Client(), new_token()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT trust.begin_session(%s, 'person', %s, 'test', FALSE)", [token, examples.PERSON]
        )
    client.cookies[settings.CSPU_SESSION_COOKIE] = token
    return client
