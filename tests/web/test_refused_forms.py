"""A form that is refused comes back filled in, with the refusal beside it: never a bare page."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import uuid4

from django.conf import settings
from django.test import Client
from django.urls import reverse

from cspu.web.account.economy.timebank import NOT_A_DAY
from tests.conftest import FreshDatabase
from tests.trust.conftest import as_web, crowd, town
from tests.trust.town import Town

__all__ = ["as_web", "crowd", "town"]

REFUSED = 'role="alert" id="refus"'


def herself(town: Town) -> Client:
    """Her browser, who she is confirmed lately."""
    client = Client()
    token = town.crowd.session("person", town.lives[0].person, strong=True)
    client.cookies[settings.CSPU_SESSION_COOKIE] = token
    return client


def refused(client: Client, name: str, sent: Mapping[str, object], *ids: object) -> str:
    """The page that comes back."""
    answer = client.post(reverse(name, args=ids), {"form": str(uuid4()), **sent})
    page = answer.content.decode()
    assert (answer.status_code, REFUSED in page) == (409, True), (name, page)
    assert "<form" in page.partition("<main")[2], name
    return page


def acts_written(town: Town) -> list[str]:
    """What her journal says that she did."""
    return [line[3] for line in town.crowd.lines(town.lives[0].person) if line[0] == "act"]


def test_each_form_comes_back(town: Town, as_web: FreshDatabase) -> None:
    """And her journal says that a page was read, never that the act was done."""
    client, ids = herself(town), town.lives[0].ids
    before = acts_written(town)
    mandate = refused(
        client,
        "entrust",
        {"qui": "proche", "code": "ZZZZ-ZZZZ", "domaine": ["family"], "duree": "year"},
    )
    assert 'value="ZZZZ-ZZZZ" aria-invalid="true"' in mandate
    assert 'value="family" checked' in mandate
    assert 'value="year" checked' in mandate
    refused(client, "entrust", {"qui": "proche", "domaine": ["family"]})
    refused(client, "question", {"reponse": "oui", "jours": "12345"}, ids["request"])
    refused(client, "grievance", {"mots": "x" * 3000}, 1)
    said = refused(client, "correction_reply", {"words": "Encore ceci."}, ids["correction"])
    assert "Non." in said, "what was said before is still there"
    refused(client, "exchange_propose", {"montant": "1,5", "jour": "demain"}, ids["exchange"])
    refused(client, "exchange", {"geste": "contester", "mots": "Faux."}, ids["exchange"])
    notice = refused(client, "notice_new", {"genre": "demande", "mots": "", "prenom": "Al"})
    assert 'value="demande" checked' in notice
    refused(client, "notice_end", {}, uuid4())
    refused(client, "hours_send", {"montant": "0,5", "code": "ZZZZZZZZ", "reseau": ""})
    assert acts_written(town) == before


def test_a_day_may_be_written_as_the_refusal_says(town: Town, as_web: FreshDatabase) -> None:
    """A browser without a field for dates sends what was typed."""
    client, ids = herself(town), town.lives[0].ids
    for day, refused_for_it in (("14/05/2026", False), ("2026-05-14", False), ("14 mai", True)):
        sent = {"form": str(uuid4()), "montant": "1,5", "jour": day}
        page = client.post(reverse("exchange_propose", args=[ids["exchange"]]), sent)
        assert (NOT_A_DAY.fr in page.content.decode()) == refused_for_it, day


def test_a_code_that_served_makes_way_for_a_new_one(town: Town, as_web: FreshDatabase) -> None:
    client, form = herself(town), {"form": str(uuid4())}
    code = client.post(reverse("code"), form).content.decode().partition("data-code>")[2][:9]
    assert town.crowd.ask("SELECT trust.use_code(%s)", code.replace("-", "")) == [
        (town.lives[0].person,)
    ]
    page = refused(client, "code", form)
    assert "Faites-en un nouveau" in page
    assert str(form["form"]) not in page


def test_a_call_that_cannot_be_closed_or_opened_leaves_the_page(
    town: Town, as_web: FreshDatabase
) -> None:
    client = herself(town)
    for name, ids in (("call_end", [uuid4()]), ("calls", [])):
        answer = client.post(reverse(name, args=ids), {"form": str(uuid4())})
        page = answer.content.decode()
        assert (answer.status_code, REFUSED in page) == (409, True), name
        assert "Recevoir des jours de repos" in page
