"""One hostile field in a form otherwise filled in as its page shows it: later checks are reached too.

`test_hostile_forms` sends the same thing in every field, and most forms stop at their first check. Here
each form of each page she can open is filled in plausibly, and spoilt in one field at a time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

import pytest
from django.test import Client
from django.urls import reverse

from cspu.trust.logins import LoginDesk
from tests.conftest import FreshDatabase
from tests.trust.conftest import as_web, crowd, town
from tests.trust.town import SCREENS, Town
from tests.web.test_hostile_forms import ADDRESSES, NOT_OF_HERS, VALUES, everybody, known

__all__ = ["as_web", "crowd", "town"]

SPOILT = ("huge", "negative", "long number", "far exponent", "no day", "last day", "unknown id")
PLAUSIBLE = {"date": "2026-11-20", "number": "1", "text": "10", "textarea": "Bonjour", "file": ""}
NOT_TRIED = {"csrfmiddlewaretoken", "language", "next"}


@dataclass
class Form:
    """Where a form goes, and what its page puts in it."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)


class _Forms(HTMLParser):
    """The forms of a page, filled in: what is checked or chosen there, else something plausible."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[Form] = []
        self._open: Form | None = None
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = Form(given.get("action", ""), given.get("method", "get").lower())
            self.forms.append(self._open)
        elif self._open is not None:
            self._field(tag, given)

    def _field(self, tag: str, given: dict[str, str]) -> None:
        assert self._open is not None
        name, filled = given.get("name", ""), self._open.fields
        if tag == "option" and self._select:
            if not filled.get(self._select):
                filled[self._select] = given.get("value", "")
        elif not name:
            return
        elif tag == "select":
            self._select = name
            filled[name] = ""
        elif tag == "textarea":
            filled[name] = PLAUSIBLE["textarea"]
        elif given.get("type") in {"radio", "checkbox"}:
            if "checked" in given or name not in filled:
                filled[name] = given.get("value", "on")
        elif tag in {"input", "button"}:
            kind = given.get("type", "text")
            filled[name] = given.get("value") or PLAUSIBLE.get(kind, "10")

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""
        if tag == "form":
            self._open = None


def forms_of(page: str) -> list[Form]:
    """Its forms, but those of every page (language, log-out)."""
    reader = _Forms()
    reader.feed(page)
    away = {reverse("logout"), reverse("set_language"), reverse("act_for_oneself")}
    return [form for form in reader.forms if form.method == "post" and form.action not in away]


def forms_before(town: Town, who: str, client: Client) -> Iterator[Form]:
    """Every form that somebody finds on the pages she may read."""
    seen = set()
    for name in sorted(set(SCREENS) & set(ADDRESSES) - NOT_OF_HERS):
        if who not in SCREENS[name].readers:
            continue
        kinds = ADDRESSES[name].items()
        arguments = {part: known(town.lives[0], part, kind) for part, kind in kinds}
        address = reverse(name, kwargs=arguments)
        answer = client.get(address)
        if not answer.headers.get("Content-Type", "").startswith("text/html"):
            answer.close()
            continue
        for form in forms_of(answer.content.decode()):
            form.action = form.action or address
            key = (form.action.split("/")[1:3], tuple(form.fields))
            if str(key) not in seen:
                seen.add(str(key))
                yield form


def test_a_form_is_filled_in_as_its_page_shows_it() -> None:
    page = (
        '<form method="post" action="/a/"><input type="hidden" name="form" value="7">'
        '<select name="use"><option value="">?</option><option value="leave">x</option></select>'
        '<input type="radio" name="days" value="1"><input type="radio" name="days" value="30" checked>'
        '<input name="amount" inputmode="decimal"><textarea name="words"></textarea></form>'
        '<form method="get"><input name="q"></form>'
    )
    [form] = forms_of(page)
    assert (form.action, form.fields) == (
        "/a/",
        {"form": "7", "use": "leave", "days": "30", "amount": "10", "words": "Bonjour"},
    )


@pytest.mark.parametrize("value", SPOILT, ids=lambda name: name.replace(" ", "-"))
def test_no_form_fails_whichever_field_is_spoilt(
    town: Town, as_web: FreshDatabase, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setattr(LoginDesk, "allows", lambda *_, **__: True)
    fallen, tried = [], 0
    for who, client in everybody(town).items():
        for form in list(forms_before(town, who, client)):
            for name in sorted(set(form.fields) - NOT_TRIED):
                answer = client.post(form.action, {**form.fields, name: VALUES[value]})
                answer.close()
                tried += 1
                if answer.status_code >= 500:
                    fallen.append((who, form.action, name, answer.status_code))
    assert fallen == []
    assert tried > 40, "pages that show no form are pages that were not opened"
