"""A real browser on a real server: gunicorn as the web role, Chromium, axe-core."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from playwright.sync_api import Browser, Page, sync_playwright

from cspu.config.environment import SERVER_THREADS, DatabaseRole
from cspu.config.postgres.addresses import Address
from cspu.config.static import collect_assets
from cspu.trust.logins import new_token
from tests.settings import TEST_DATA

_ROOT = Path(__file__).parents[1]
_AXE = _ROOT / "node_modules" / "axe-core" / "axe.min.js"
_STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_QUIET = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium_path() -> str:
    """The browser `scripts/bootstrap.sh dev` made sure of."""
    names = [os.environ.get("CSPU_CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome"]
    found = next((path for name in names if name and (path := shutil.which(name))), None)
    if found is None:
        raise FileNotFoundError("No Chromium: run `make dev`, or set CSPU_CHROMIUM to one")
    return found


@contextmanager
def running_browser() -> Iterator[Browser]:
    """Chromium without a window; without its sandbox for root only, who cannot have one."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium_path(),
            args=[*_QUIET, *(["--no-sandbox"] if os.geteuid() == 0 else [])],
        )
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def running_app(
    address_of: Callable[[DatabaseRole], Address], environ: dict[str, str]
) -> Iterator[str]:
    """The product itself, served from the database found there; gives its address."""
    collect_assets()
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        command = [sys.executable, "-m", "gunicorn", "cspu.config.wsgi:application"]
        command += ["--bind", f"fd://{listener.fileno()}", "--threads", str(SERVER_THREADS)]
        command += ["--no-control-socket", "--log-level", "warning"]
        server = subprocess.Popen(
            command,
            env={**os.environ, **_product_environment(address_of), **environ},
            pass_fds=[listener.fileno()],
        )
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        try:
            with urllib.request.urlopen(f"{address}/", timeout=30):
                yield address
        finally:
            server.terminate()
            server.wait()


def _product_environment(address_of: Callable[[DatabaseRole], Address]) -> dict[str, str]:
    return {
        "CSPU_DATA": str(TEST_DATA),
        "CSPU_DEMO": "1",
        "CSPU_DATABASE_ROLE": "web",
        "CSPU_DATABASE_WEB_URL": address_of("web").conninfo(),
        "CSPU_DATABASE_LOGIN_URL": address_of("login").conninfo(),
        "DJANGO_SETTINGS_MODULE": "cspu.config.settings",
    }


def log_in(
    page: Page, site: str, owner: Address, kind: str, actor_id: UUID, *, strong: bool = False
) -> str:
    """Give this browser an open session, as a log-in would; gives its token.

    `strong`: by the stronger log-in, which acts that move value ask for.
    """
    first, token = new_token(), new_token()
    with psycopg.connect(owner.conninfo()) as connection:
        connection.execute(
            "SELECT trust.begin_session(%s, %s, %s, 'test', FALSE)", [first, kind, actor_id]
        )
        # An agent has just shown her second factor, which is her stronger log-in.
        connection.execute(
            "SELECT trust.strengthen_session(%s, %s, %s, %s)",
            [first, token, strong or kind == "agent", kind == "agent"],
        )
    page.context.add_cookies(
        [{"name": "cspu_session", "value": token, "url": site, "httpOnly": True}]
    )
    page.goto(f"{site}/")
    return token


@dataclass(frozen=True, slots=True)
class Violation:
    """One accessibility rule broken on a page."""

    rule: str
    impact: str
    places: tuple[str, ...]


def accessibility_violations(page: Page) -> list[Violation]:
    """What axe-core finds wrong on the page as it is now."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_AXE.read_text(encoding="utf-8"))
    found: dict[str, Any] = page.evaluate(
        "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']})",
        _STANDARDS,
    )
    return [
        Violation(rule["id"], rule["impact"], tuple(str(node["target"]) for node in rule["nodes"]))
        for rule in found["violations"]
    ]
