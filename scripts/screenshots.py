"""Pictures of the main screens of a running demonstration, for the documents.

    make demo                                  (in another terminal)
    .venv/bin/python scripts/screenshots.py --url http://127.0.0.1:8000

Debian's Chromium is used (`CSPU_CHROMIUM` names another). Dates come from the demonstration, so
two runs on the same data give the same pictures.
"""

from __future__ import annotations

import argparse
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

_PHONE = {"width": 360, "height": 740}
_DESKTOP = {"width": 1280, "height": 900}
_TALLEST = 1500
_OUT = Path(__file__).resolve().parents[1] / "docs" / "screenshots"


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture: a page, by its address, in a window."""

    name: str
    path: str
    phone: bool
    english: bool = False
    only: str = ""
    unfold: bool = False


def shots(tile: str) -> tuple[Shot, ...]:
    """Every picture kept in the documents."""
    return (
        Shot("account-360", "/", phone=True),
        Shot("account-desktop", "/", phone=False),
        Shot("account-360-en", "/", phone=True, english=True),
        Shot("tile-360", f"/droits/{tile}/", phone=True),
        Shot("tile-desktop", f"/droits/{tile}/", phone=False),
        Shot("why", f"/droits/{tile}/", phone=True, only="#pourquoi", unfold=True),
        Shot("life-360", "/parcours/", phone=True),
        Shot("life-desktop", "/parcours/", phone=False),
    )


def _page(browser: Browser, *, phone: bool, english: bool) -> Page:
    context = browser.new_context(
        viewport=_PHONE if phone else _DESKTOP,
        device_scale_factor=1,
        reduced_motion="reduce",
        color_scheme="light",
    )
    page = context.new_page()
    if english:
        page.context.set_extra_http_headers({"Cookie": "cspu_language=en"})
    return page


def log_in(page: Page, url: str, person: str) -> None:
    """Open the account of the first made-up person whose line, at the made-up provider, holds that text."""
    page.goto(f"{url}/connexion/")
    page.locator('form[action="/connexion/partir/france_connect/"] button').click()
    page.locator("li", has_text=person).first.locator("button[name=identity]").click()
    page.wait_for_url(f"{url}/")


def take(page: Page, shot: Shot, url: str, out: Path) -> None:
    """Take one picture."""
    page.goto(url + shot.path)
    page.evaluate("document.fonts.ready")
    if shot.unfold:
        page.locator(".full > summary").first.click()
    target = out / f"{shot.name}.png"
    width, tall = page.evaluate("[innerWidth, document.documentElement.scrollHeight]")
    start = 0
    if shot.only:
        start = page.locator(shot.only).evaluate(
            "part => Math.floor(part.getBoundingClientRect().top + scrollY)"
        )
    clip = {"x": 0, "y": start, "width": width, "height": min(tall - start, _TALLEST)}
    page.screenshot(path=target, full_page=True, clip=clip)


def main() -> None:
    """Take them all."""
    parser = argparse.ArgumentParser(description="Pictures of the main screens.")
    parser.add_argument("--url", default="http://127.0.0.1:8000")
    parser.add_argument("--person", default="", help="text of the line of the person to log in as")
    parser.add_argument("--tile", default="cpf", help="right shown in full")
    parser.add_argument("--out", type=Path, default=_OUT)
    wanted = parser.parse_args()
    wanted.out.mkdir(parents=True, exist_ok=True)
    chromium = os.environ.get("CSPU_CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = _page(browser, phone=True, english=False)
        take(page, Shot("login", "/connexion/", phone=True), wanted.url, wanted.out)
        for shot in shots(wanted.tile):
            page = _page(browser, phone=shot.phone, english=False)
            log_in(page, wanted.url, wanted.person)
            if shot.english:
                page.get_by_role("button", name="English").click()
            take(page, shot, wanted.url, wanted.out)
            page.context.close()
        browser.close()


if __name__ == "__main__":
    main()
