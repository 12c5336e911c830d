"""The form of a proof sent twice is one proof; gone back to and ticked otherwise, another."""

from __future__ import annotations

from uuid import uuid4

from django.urls import reverse

from tests.conftest import FreshDatabase
from tests.trust.conftest import as_web, crowd, town
from tests.trust.town import RIGHT, Town

__all__ = ["as_web", "crowd", "town"]


def test_a_form_sent_twice_makes_one_proof(town: Town, as_web: FreshDatabase) -> None:
    browser, address = town.lives[0].browser, reverse("proof_make", args=[RIGHT])
    form = {"proof_id": str(uuid4()), "show": ["open"], "shown_to": "Mon propriétaire", "life": "7"}
    once, twice = (browser.post(address, form) for _ in range(2))
    assert (once.status_code, twice.status_code) == (302, 302)
    assert once.headers["Location"] == twice.headers["Location"]
    other = browser.post(address, {**form, "shown_to": "Mon syndicat"})
    assert other.status_code == 302
    assert other.headers["Location"] != once.headers["Location"]
