"""The pages keep within a strict content policy and never leave this server for a file."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest
from django.test import Client

import cspu.web

ROOM = Path(cspu.web.__file__).parent
_PAGES = ["/", "/droits/cpf/", "/droits/c2p/", "/parcours/"]


def test_no_style_or_script_is_written_inside_a_page() -> None:
    inline = re.compile(r"<style|<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=[\"']|javascript:")
    found = [
        path.name
        for path in (ROOM / "templates").rglob("*.html")
        if inline.search(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_every_file_comes_from_this_server() -> None:
    away = re.compile(r"""(?:src|href)=["']https?:|url\(["']?https?:|@import""")
    sources = [*(ROOM / "templates").rglob("*.html"), *(ROOM / "static").rglob("*.css")]
    assert [path.name for path in sources if away.search(path.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize("path", _PAGES)
def test_the_policy_allows_nothing_inline(nadia: Client, path: str) -> None:
    policy = nadia.get(path).headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize("path", _PAGES)
def test_one_main_heading_and_no_level_skipped(nadia: Client, path: str) -> None:
    levels = [int(level) for level in re.findall(r"<h([1-6])", nadia.get(path).content.decode())]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


@pytest.mark.parametrize("path", _PAGES)
def test_ids_are_unique_and_every_reference_finds_its_target(nadia: Client, path: str) -> None:
    page = nadia.get(path).content.decode()
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    named = " ".join(re.findall(r'aria-(?:labelledby|describedby)="([^"]+)"', page)).split()
    anchors = re.findall(r'href="#([^"]+)"', page)
    assert set(named + anchors) <= set(ids)
