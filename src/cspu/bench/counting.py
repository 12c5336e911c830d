"""The product's own WSGI application, telling with every answer how many SQL statements it took."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.db import connection

from cspu.bench.visiting import HEADER
from cspu.config.wsgi import application as product

StartResponse = Callable[..., Any]


class _Counter:
    """Counts the statements of one request; BEGIN and COMMIT are not statements."""

    def __init__(self) -> None:
        self.statements = 0

    def __call__(self, execute: Callable[..., Any], *statement: object) -> Any:  # noqa: ANN401  whatever Django's cursor gives
        self.statements += 1
        return execute(*statement)


def application(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
    """Answer as the product does, with one more header."""
    counter = _Counter()

    def start(status: str, headers: list[tuple[str, str]], exc_info: object = None) -> Any:  # noqa: ANN401  WSGI
        return start_response(status, [*headers, (HEADER, str(counter.statements))], exc_info)

    with connection.execute_wrapper(counter):
        return product(environ, start)
