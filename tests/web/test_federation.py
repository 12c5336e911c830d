"""The address where partner instances bring messages: signed by one of them, or refused and written down."""

from __future__ import annotations

import io
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client, RequestFactory
from joserfc.jwk import ECKey
from pytest_django.fixtures import Settings

from cspu.config.federation import read_federation
from cspu.economy.federation import books
from cspu.economy.federation.messages import Identity, read, sign
from cspu.kernel.errors import EnvironmentUnfit
from cspu.web.account.economy.timebank import REFUSED
from cspu.web.federation.views import messages

MESSAGES, STATEMENT = "/federation/v1/messages", "/federation/v1/statement"
OFFER = {"unit": "hour", "amount": 100, "code": "00" * 32, "terms": "00" * 32}


def test_what_is_said_of_a_refusal_is_of_the_partners_reasons() -> None:
    assert REFUSED.keys() <= set(books.REASONS)


@pytest.fixture
def partner(settings: Settings, db: None) -> Identity:
    """A partner that this instance knows."""
    settings.CSPU_FEDERATION = Identity("ici", ECKey.generate_key("P-256"))
    known = Identity("ailleurs", ECKey.generate_key("P-256"))
    books.add_partner(
        "ailleurs",
        label="Ailleurs",
        url="https://ailleurs.example",
        keys=known.public,
        most_sent=10_00,
        most_received=10_00,
    )
    return known


def post(address: str, body: str) -> tuple[int, str]:
    answer = Client(enforce_csrf_checks=True).post(
        address, body, content_type="application/jose", secure=True
    )
    return answer.status_code, answer.content.decode()


def test_a_partner_s_message_is_kept_once(partner: Identity) -> None:
    body = sign(partner, "ici", "offer", uuid4(), OFFER)
    assert post(MESSAGES, body) == (202, "kept")
    assert post(MESSAGES, body) == (202, "known")


def test_what_no_partner_signed_is_refused_and_written_down(partner: Identity) -> None:
    thief = Identity("ailleurs", ECKey.generate_key("P-256"))
    for body, reason in (
        (sign(thief, "ici", "offer", uuid4(), OFFER), "forged"),
        (sign(Identity("inconnu", thief.key), "ici", "offer", uuid4(), OFFER), "forged"),
        (sign(partner, "autre", "offer", uuid4(), OFFER), "not_ours"),
        (sign(partner, "ici", "ask", uuid4(), {}), "altered"),
        ("é", "forged"),
    ):
        assert post(MESSAGES, body) == (400, reason)
    assert post(MESSAGES, "x" * 9000)[0] == 413
    with connection.cursor() as cursor:
        cursor.execute("SELECT reason, count(*) FROM economy.message_refused GROUP BY 1 ORDER BY 1")
        assert cursor.fetchall() == [("altered", 1), ("forged", 2), ("not_ours", 1)]


def test_what_is_too_long_is_refused_before_it_is_read(partner: Identity) -> None:
    class Unread(io.BytesIO):
        def read(self, *_size: int | None) -> bytes:
            pytest.fail("it was read")

    request = RequestFactory().post(MESSAGES, b"x", content_type="application/jose")
    request.META |= {"CONTENT_LENGTH": "9000", "wsgi.input": Unread()}
    request._stream = Unread()
    assert messages(request).status_code == 413


def test_only_signed_messages_are_taken(partner: Identity) -> None:
    body = sign(partner, "ici", "offer", uuid4(), OFFER)
    for kind in ("text/plain", "application/json", "multipart/form-data; boundary=x"):
        assert Client().post(MESSAGES, body, content_type=kind).status_code == 415


def test_an_address_that_comes_too_often_is_told_to_wait(
    partner: Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cspu.web.federation.views._MESSAGES", 2)
    headers = {"X-Forwarded-For": str(uuid4())}
    answers = [
        Client().post(
            MESSAGES, f"forged {n}", content_type="application/jose", secure=True, headers=headers
        )
        for n in range(3)
    ]
    assert [each.status_code for each in answers] == [400, 400, 429]
    assert int(answers[2].headers["Retry-After"]) > 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM economy.message_refused")
        assert cursor.fetchone() == (2,), "what is told to wait is not checked, nor written down"


def test_the_book_is_told_to_the_partner_alone_and_signed(
    partner: Identity, settings: Settings
) -> None:
    question = uuid4()
    status, body = post(STATEMENT, sign(partner, "ici", "ask", question, {}))
    assert status == 200
    told = read(body, keys=settings.CSPU_FEDERATION.public, sender="ici", receiver="ailleurs")
    assert (told.kind, told.crossing, told.said) == ("statement", question, {"lines": []})
    assert post(STATEMENT, sign(partner, "ici", "offer", question, OFFER)) == (400, "altered")


def test_without_a_name_there_is_no_such_address(settings: Settings) -> None:
    settings.CSPU_FEDERATION = None
    assert post(MESSAGES, "")[0] == 404


def test_a_name_and_a_key_go_together() -> None:
    assert read_federation({}) is None
    for environ in ({"CSPU_FEDERATION_NAME": "ici"}, {"CSPU_FEDERATION_KEY": "AAAA"}):
        with pytest.raises(EnvironmentUnfit):
            read_federation(environ)


def test_whoever_sends_without_end_fills_no_table(partner: Identity) -> None:
    known = [(each, "ailleurs") for each in range(150)]
    invented = [(150 + each, f"inconnu {each}") for each in range(150)]
    for number, sender in [*known, *invented]:
        books.refuse(sender, number.to_bytes(32), "forged")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT partner, count(*) FROM economy.message_refused GROUP BY 1 ORDER BY 1"
        )
        assert cursor.fetchall() == [("", 100), ("ailleurs", 100)]
        cursor.execute("SELECT partner, refused FROM economy.refused_count ORDER BY 1")
        assert cursor.fetchall() == [("", 150), ("ailleurs", 150)]


def test_a_form_is_refused_before_it_is_read(
    partner: Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unread(*_: object) -> None:
        pytest.fail("the body was read")

    monkeypatch.setattr("django.core.handlers.wsgi.WSGIRequest._load_post_and_files", unread)
    answer = Client().post(MESSAGES, {"paper": io.BytesIO(b"x" * 5000)}, secure=True)
    assert answer.status_code == 415
