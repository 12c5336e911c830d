"""Acts that move value, or promise to, ask for the stronger log-in before anything is read or done."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from tests.conftest import FreshDatabase
from tests.people.conftest import as_role
from tests.trust.crowd import Crowd

OUTGOING: Mapping[str, Mapping[str, object]] = {
    "convert_execute": {"quote_id": uuid4()},
    "use_confirm": {"use": "training_course"},
    "use_undo": {"act_id": uuid4()},
    "gift_send": {},
    "hours_send": {},
    "exchange_propose": {"exchange_id": uuid4()},
    "exchange_confirm": {"exchange_id": uuid4()},
    "debt_give_back": {"debt_id": uuid4()},
}


@pytest.mark.parametrize("name", sorted(OUTGOING))
def test_an_outgoing_act_asks_for_it(fresh_database: FreshDatabase, name: str) -> None:
    crowd, client = Crowd(fresh_database), Client()
    alice = crowd.person()
    client.cookies[settings.CSPU_SESSION_COOKIE] = crowd.session("person", alice)
    with as_role(fresh_database, "web"):
        answer = client.post(reverse(name, kwargs=dict(OUTGOING[name])))
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(reverse("stronger"))
    assert crowd.lines(alice) == []
