"""How a message reaches a partner: HTTP over httpx, or whatever a test puts in its place."""

from __future__ import annotations

from typing import Protocol

import httpx

MESSAGES = "/federation/v1/messages"
STATEMENT = "/federation/v1/statement"
_SECONDS = 20
_TYPE = {"content-type": "application/jose"}


class Unreachable(Exception):
    """The partner did not take the message; it is sent again later."""


class Transport(Protocol):
    """What the worker asks of the way to a partner."""

    def deliver(self, url: str, body: str) -> None:
        """Hand a message over; Unreachable when nothing says that it arrived."""

    def ask(self, url: str, body: str) -> str:
        """The signed answer to a signed question; Unreachable when there is none."""


class HttpTransport:
    """Messages as the body of a POST."""

    def deliver(self, url: str, body: str) -> None:
        """Hand a message over; Unreachable when nothing says that it arrived."""
        self._post(url + MESSAGES, body)

    def ask(self, url: str, body: str) -> str:
        """The signed answer to a signed question; Unreachable when there is none."""
        return self._post(url + STATEMENT, body)

    def _post(self, address: str, body: str) -> str:
        try:
            answer = httpx.post(address, content=body, headers=_TYPE, timeout=_SECONDS)
            answer.raise_for_status()
        except httpx.HTTPError:
            raise Unreachable from None
        return answer.text
