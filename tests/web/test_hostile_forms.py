"""Whatever is sent to any address, by anybody who is logged in: an answer, and never a failure of ours."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from cspu.trust.logins import LoginDesk, new_token
from tests.conftest import FreshDatabase
from tests.trust.conftest import as_web, crowd, town
from tests.trust.town import RIGHT, SCREENS, SENT_ALONE, Life, Town

__all__ = ["as_web", "crowd", "town"]

WEB = Path(__file__).parents[2] / "src" / "cspu" / "web"
FIELDS = sorted(
    {
        name
        for page in (WEB / "templates").rglob("*.html")
        for name in re.findall(r'name="([\w]+)"', page.read_text("utf-8"))
    }
    | {"periode", "du", "au", "avant", "tous", "offset", "own", "next", "code", "state", "nom"}
)
"""Every field that a form of ours has, and what addresses take after `?`."""
VALUES = {
    "empty": "",
    "NUL": "a\x00b",
    "huge": "x" * 100_000,
    "negative": "-1",
    "long number": "9" * 40,
    "no number": "NaN",
    "far exponent": "1e999999",
    "no day": "2026-13-45",
    "first day": "0001-01-01",
    "last day": "9999-12-31",
    "unknown id": "6f1c1f0e-8a7f-4f7e-9d58-0d5b6c3d2a11",
    "markup": "<script>'\";--%s{{ 7 }}",
}
WORDS = {"rule": "c2p_to_training", "use": "training_course", "provider": "france_connect"}


def patterns(found: Iterable[URLPattern | URLResolver]) -> Iterator[tuple[str, dict[str, str]]]:
    """Every address of the site: its name, and what each part of it is."""
    for each in found:
        if isinstance(each, URLResolver):
            yield from patterns(each.url_patterns)
        else:
            kinds = {
                name: type(converter).__name__
                for name, converter in each.pattern.converters.items()
            }
            yield str(each.name), kinds


ADDRESSES = dict(patterns(get_resolver().url_patterns))
NOT_OF_HERS = {"logout", "act_for_oneself"}
"""They end what the others need."""


def known(life: Life, name: str, kind: str) -> object:
    """Something of hers that an address may name."""
    if kind == "UUIDConverter":
        return life.ids.get(name.removesuffix("_id").replace("act", "used"), uuid4())
    if kind == "IntConverter":
        return 1
    return WORDS.get(name, RIGHT)


def unknown(kind: str) -> object:
    return {"UUIDConverter": UUID(int=0), "IntConverter": 10**18}.get(kind, "nowhere")


def everybody(town: Town) -> dict[str, Client]:
    """A strong session of each: who helps her, each kind of agent; herself last, who ends mandates."""
    life, made = town.lives[0], {}
    assert town.relative is not None
    actors = {"relative": ("person", town.relative[0])}
    actors |= {role: ("agent", agent) for role, (agent, _) in town.agents.items()}
    actors["herself"] = ("person", life.person)
    for name, (kind, actor) in actors.items():
        made[name] = Client(raise_request_exception=False)
        token = town.crowd.session(kind, actor, strong=True)
        made[name].cookies[django_settings.CSPU_SESSION_COOKIE] = token
        if name == "relative":  # an agent who helps leaves that by coming back to the desk
            chosen = {"personne": str(life.person), "portee": ["work", "training"]}
            made[name].post(reverse("act_for"), chosen)
    made["nobody"] = Client(raise_request_exception=False)
    return made


def theirs(who: str) -> list[str]:
    """The addresses tried by each: an agent's own are at the desk."""
    if who in {"herself", "nobody"}:
        return sorted(set(ADDRESSES) - NOT_OF_HERS)
    if who == "relative":
        read = {name for name, screen in SCREENS.items() if who in screen.readers}
        return sorted((read | SENT_ALONE) - NOT_OF_HERS - {"act_for"})
    return [name for name in ADDRESSES if name.startswith("desk")]


def sent(client: Client, address: str, values: Mapping[str, str]) -> Iterator[tuple[str, int]]:
    """The same as a form that bears its own token, and after `?`."""
    for how, answer in (
        ("POST", client.post(address, {**values, "form": str(uuid4())})),
        ("GET", client.get(address, {name: value[:300] for name, value in values.items()})),
    ):
        answer.close()
        yield how, answer.status_code


@pytest.mark.parametrize("value", VALUES, ids=lambda name: name.replace(" ", "-"))
def test_no_address_fails_whatever_is_sent(
    town: Town, as_web: FreshDatabase, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setattr(LoginDesk, "allows", lambda *_, **__: True)
    values = dict.fromkeys(FIELDS, VALUES[value])
    fallen = []
    for who, client in everybody(town).items():
        begun = client.get("/").headers.get("Location", "")
        for name in theirs(who):
            kinds = ADDRESSES[name].items()
            arguments = {part: known(town.lives[0], part, kind) for part, kind in kinds}
            if value == "unknown id":
                arguments = {part: unknown(kind) for part, kind in kinds}
            fallen += [
                (who, name, how, status)
                for how, status in sent(client, reverse(name, kwargs=arguments), values)
                if status >= 500
            ]
        # All along it was the same somebody: nobody was tried as a stranger by mistake.
        assert client.get("/").headers.get("Location", "") == begun, who
    assert fallen == []


def test_a_cookie_that_is_no_token_is_nobody_s(town: Town, as_web: FreshDatabase) -> None:
    for cookie in ("", "a\x00b", "x" * 5000, new_token(), "é"):
        client = Client()
        client.cookies[django_settings.CSPU_SESSION_COOKIE] = cookie
        assert client.get("/").headers["Location"] == "/connexion/"
