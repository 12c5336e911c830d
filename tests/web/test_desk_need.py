"""A need certified at the desk: by the roles that the law names, on a code, shown to no donor."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from cspu.economy import gifts
from tests.economy.conftest import law_in_force, purse
from tests.economy.purse import TODAY, Purse
from tests.trust.crowd import Crowd
from tests.trust.desk import a_code
from tests.web.reading import text_of

__all__ = ["law_in_force", "purse"]

END = TODAY + timedelta(days=30)


def at_the_desk(purse: Purse, settings: Settings, role: str, *, strong: bool = True) -> Client:
    crowd, client = Crowd(purse.database), Client()
    settings.CSPU_TODAY = TODAY
    token = crowd.session("agent", crowd.agent(role, name="Anne Petit"), strong=strong)
    client.cookies[settings.CSPU_SESSION_COOKIE] = token
    return client


def form(code: str, changed: Mapping[str, str] = MappingProxyType({})) -> dict[str, str]:
    days = {"starts": TODAY.isoformat(), "ends": END.isoformat()}
    return {"code": code, "kind": "carer", **days} | dict(changed)


def needs(purse: Purse, person: UUID) -> list[tuple[str, object]]:
    return [
        (kind, until)
        for kind, until in purse.ask(
            "SELECT kind, valid_until FROM economy.need WHERE person_id = %s", person
        )
    ]


def test_a_social_worker_certifies_and_she_alone_reads_it(purse: Purse, settings: Settings) -> None:
    crowd, person = Crowd(purse.database), purse.person()
    client = at_the_desk(purse, settings, "social_worker")
    page = client.get(reverse("desk_need")).content.decode()
    assert "Un proche en perte d’autonomie" in page
    assert "enfant de moins de vingt ans" not in page, "a doctor certifies that"
    sent = client.post(reverse("desk_need"), form(a_code(crowd, person)))
    assert sent.headers["Location"] == reverse("desk_need")
    assert "C’est attesté" in client.get(reverse("desk_need")).content.decode()
    assert needs(purse, person) == [("carer", END)]
    with purse.acting(person):
        assert [each.valid_until for each in gifts.needs(person, on=TODAY)] == [END]
    ((verb, act, basis, name),) = [
        (line[0], line[3], line[4], line[5]) for line in crowd.lines(person) if line[3] != "test"
    ]
    assert (verb, act, basis, name) == ("act", "need_certify", "code", "Anne Petit")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"kind": "reservist"}, "Choisissez ce que vous attestez"),
        ({"ends": ""}, "Donnez les deux dates"),
        ({"ends": "2020-01-01"}, "La fin vient avant le début"),
        ({"ends": "2999-01-01"}, "au plus 366 jours"),
        ({"code": "ZZZZZZZZ"}, "code"),
    ],
)
def test_what_cannot_be_certified_is_said_and_the_form_kept(
    purse: Purse, settings: Settings, changed: dict[str, str], said: str
) -> None:
    crowd, person = Crowd(purse.database), purse.person()
    client = at_the_desk(purse, settings, "social_worker")
    answer = client.post(reverse("desk_need"), form(a_code(crowd, person), changed))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert said in text_of(page)
    assert f'value="{TODAY.isoformat()}"' in page
    assert needs(purse, person) == []


def test_days_typed_by_hand_are_read(purse: Purse, settings: Settings) -> None:
    crowd, person = Crowd(purse.database), purse.person()
    client = at_the_desk(purse, settings, "social_worker")
    typed = {"starts": f"{TODAY:%d/%m/%Y}", "ends": f"{END:%d/%m/%Y}"}
    assert client.post(reverse("desk_need"), form(a_code(crowd, person), typed)).status_code == 302
    assert needs(purse, person) == [("carer", END)]


def test_other_roles_have_no_such_page_and_a_code_given_lately_is_asked_for(
    purse: Purse, settings: Settings
) -> None:
    assert at_the_desk(purse, settings, "employer").get(reverse("desk_need")).status_code == 403
    late = at_the_desk(purse, settings, "social_worker", strong=False)
    assert late.get(reverse("desk_need")).headers["Location"].startswith(reverse("stronger"))


def test_codes_are_tried_five_times_then_there_is_a_pause(purse: Purse, settings: Settings) -> None:
    client = at_the_desk(purse, settings, "social_worker")
    statuses = [
        client.post(reverse("desk_need"), form(uuid4().hex[:8])).status_code for _ in range(6)
    ]
    assert statuses == [409] * 5 + [429]
