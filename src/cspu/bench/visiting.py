"""A browser of numbers: opens pages over HTTP on loopback, weighs what they load."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from http.cookies import SimpleCookie
from urllib.parse import urljoin

HEADER = "X-Bench-Queries"
"""In which `counting` tells how many statements an answer took."""

_LOADED = re.compile(r'<(?:link|script)[^>]*(?:href|src)="(/static/[^"]+)"')
_INSIDE = re.compile(r"""url\(["']?([^"')]+\.woff2)["']?\)""")


@dataclass(frozen=True, slots=True)
class Visit:
    """One page opened: seconds until its last byte, statements it took, bytes as sent."""

    status: int
    seconds: float
    statements: int
    weight: int
    text: str


class Visitor:
    """One person's browser, on one connection."""

    def __init__(self, host: str, port: int) -> None:
        """Connect on the first page."""
        self._connection = HTTPConnection(host, port, timeout=60)
        self._cookies: SimpleCookie = SimpleCookie()

    def keep(self, cookie: str, value: str) -> None:
        """Hold a cookie, as if an earlier answer had given it."""
        self._cookies[cookie] = value

    def open(self, path: str, *, compressed: bool = True) -> Visit:
        """Open a page; its text is read only when it is not compressed."""
        coding = "br, gzip" if compressed else "identity"
        started = time.perf_counter()
        answer, body = self._ask(path, {"Accept-Encoding": coding})
        seconds = time.perf_counter() - started
        return Visit(
            status=answer.status,
            seconds=seconds,
            statements=int(answer.headers.get(HEADER, "0")),
            weight=len(body),
            text="" if compressed else body.decode(),
        )

    def loads(self, path: str) -> dict[str, int]:
        """Everything a first visit of that page loads, and the bytes each part weighs as sent."""
        page = self.open(path, compressed=False).text
        parts = list(dict.fromkeys(_LOADED.findall(page)))
        for sheet in [part for part in parts if part.endswith(".css")]:
            fonts = _INSIDE.findall(self.open(sheet, compressed=False).text)
            parts += [one for font in fonts if (one := urljoin(sheet, font)) not in parts]
        return {name: self.open(name).weight for name in [path, *parts]}

    def _ask(self, path: str, headers: dict[str, str]) -> tuple[HTTPResponse, bytes]:
        cookies = "; ".join(f"{name}={one.value}" for name, one in self._cookies.items())
        self._connection.request("GET", path, None, {"Cookie": cookies, **headers})
        answer = self._connection.getresponse()
        content = answer.read()
        for cookie in answer.headers.get_all("Set-Cookie", []):
            self._cookies.load(cookie)
        return answer, content
