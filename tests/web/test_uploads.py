"""A body too large is refused before it is read, wherever it is sent."""

from __future__ import annotations

import pytest
from django.test import Client

from cspu.web.uploads import MOST_BYTES
from tests.web.conftest import FakeDomain


@pytest.mark.parametrize("path", ["/preuve/", "/langue/", "/nowhere/"])
def test_a_large_body_is_refused_plainly(domain: FakeDomain, path: str) -> None:
    answer = Client().post(path, b"x" * (MOST_BYTES + 1), content_type="application/octet-stream")
    assert answer.status_code == 413
    assert "5 Mo" in answer.content.decode()


def test_a_length_that_is_no_number_is_refused(domain: FakeDomain) -> None:
    answer = Client().generic("POST", "/preuve/", b"", CONTENT_LENGTH="many")
    assert answer.status_code == 413
