"""The demonstration with bodies of a test's own: what the stories of sharing and their pages share."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest
from playwright.sync_api import Browser, Page

from cspu.demo.personas import read_cast
from cspu.trust.choices import plain_code
from cspu.trust.logins import new_token
from tests import browser
from tests.conftest import FreshDatabase
from tests.trust.crowd import Crowd

NADIA, HELPER = (persona.given_names.split()[0] for persona in read_cast().personas[:2])
GUIDANCE = "career_guidance"


@dataclass(frozen=True, slots=True)
class Adviser:
    """An agent of a body that no other test knows."""

    agent_id: UUID
    body: str


@dataclass(slots=True)
class World:
    """The demonstration, with bodies of the test's own."""

    site: str
    crowd: Crowd

    def person(self, given_name: str) -> UUID:
        """One of the demonstration's persons."""
        ((found,),) = self.crowd.ask(
            "SELECT person_id FROM people.identity JOIN people.person USING (person_id)"
            " WHERE split_part(given_names, ' ', 1) = %s AND merged_into IS NULL",
            given_name,
        )
        return UUID(str(found))

    def adviser(self, role: str = "career_adviser") -> Adviser:
        """A new body and its agent."""
        agent, body = self.crowd.agent(role), f"Maison {uuid4().hex[:8]}"
        organisation = self.crowd.organisation_of(agent)
        self.crowd.ask(
            "UPDATE people.organisation SET name = %s WHERE organisation_id = %s RETURNING 1",
            body,
            organisation,
        )
        return Adviser(agent, body)

    def log_in(self, page: Page, given_name: str, *, strong: bool = False) -> None:
        """A browser of hers; strong: she confirmed who she is."""
        owner = self.crowd.database.address("owner")
        token = browser.log_in(page, self.site, owner, "person", self.person(given_name))
        if strong:
            renewed = new_token()
            self.crowd.ask("SELECT trust.strengthen_session(%s, %s, TRUE, FALSE)", token, renewed)
            page.context.add_cookies(
                [{"name": "cspu_session", "value": renewed, "url": self.site, "httpOnly": True}]
            )

    def ask(self, adviser: Adviser, code: str, *scopes: str, days: int = 90) -> None:
        """The adviser uses a code to ask."""
        with self.crowd.database.connect("web") as web:
            refused = web.execute(
                "SELECT trust.ask(%s, %s, %s, %s, %s, %s, 'Pour préparer notre rendez-vous', 'test')",
                [
                    self.crowd.session("agent", adviser.agent_id),
                    plain_code(code),
                    uuid4(),
                    GUIDANCE,
                    list(scopes),
                    days,
                ],
            ).fetchone()
        assert refused == (None,)

    def looks(self, adviser: Adviser, person: UUID, *scopes: str) -> str | None:
        """The adviser asks the door; gives its refusal."""
        with self.crowd.database.connect("web") as web:
            ((refusal,),) = web.execute(
                "SELECT refusal FROM trust.open(%s, (%s, 'read', %s, %s, 'account', FALSE)::trust.asking)",
                [
                    self.crowd.session("agent", adviser.agent_id),
                    person,
                    list(scopes),
                    GUIDANCE,
                ],
            ).fetchall()
        return None if refusal is None else str(refusal)


@pytest.fixture
def world(site: str, demonstration: FreshDatabase) -> World:
    """Bodies, sessions and looks in the demonstration."""
    return World(site, Crowd(demonstration))


def make_code(page: Page, site: str) -> str:
    page.goto(f"{site}/partage/code/")
    page.get_by_role("button", name="Faire un code").click()
    code = page.locator("[data-code]").inner_text()
    assert re.fullmatch(r"[A-Z0-9]{4}-[A-Z0-9]{4}", code)
    return code


@contextmanager
def another_browser(chromium: Browser) -> Iterator[Page]:
    """Somebody else's phone."""
    context = chromium.new_context(viewport={"width": 360, "height": 800})
    try:
        yield context.new_page()
    finally:
        context.close()


def card(page: Page, name: str) -> str:
    return page.locator(".choice", has_text=name).inner_text()
