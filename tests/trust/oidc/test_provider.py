"""The demonstration's provider as a process and as pages."""

from __future__ import annotations

import re
import socket
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from cspu.demo import provider as package
from cspu.demo.provider import RunningProvider, find_node, running_provider
from cspu.kernel.errors import EnvironmentUnfit
from cspu.trust.oidc import Level, RelyingParty
from tests.trust.oidc.people import IDENTITIES
from tests.trust.oidc.visiting import (
    REGISTERED_AFTER_LOGOUT,
    REGISTERED_CALLBACK,
    Visitor,
    leave,
    log_in,
)

PROGRAM = Path(package.__file__).with_name("provider.mjs")


@contextmanager
def serving(*, port: int = 0, faults: Mapping[str, str] | None = None) -> Iterator[RunningProvider]:
    """A provider of one test's own."""
    with running_provider(
        IDENTITIES,
        callbacks=[REGISTERED_CALLBACK],
        after_logout=[REGISTERED_AFTER_LOGOUT],
        port=port,
        faults=faults,
    ) as running:
        yield running


def choice_page(party: RelyingParty, level: Level = Level.ORDINARY) -> httpx.Response:
    return Visitor().http.get(leave(party, level)[1], follow_redirects=True)


def test_the_page_lists_everybody_and_runs_no_script(persons: RelyingParty) -> None:
    page = choice_page(persons)
    assert page.text.count('name="identity"') == len(IDENTITIES.persons)
    assert "Deux &lt;temps partiels&gt; &amp; un vélo." in page.text
    assert "D&#39;ARC" not in page.text  # the usual name is not what she is listed under
    assert not re.search(r"<script|\son\w+=|style=", page.text)
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "form-action 'self' http://127.0.0.1:8123" in policy
    assert "unsafe" not in policy
    assert page.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("level", list(Level))
def test_the_page_offers_first_the_level_asked(persons: RelyingParty, level: Level) -> None:
    assert re.findall(r'value="(\w+)" checked', choice_page(persons, level).text) == [level.value]


def test_the_page_is_in_french_then_english(agents: RelyingParty) -> None:
    page = choice_page(agents).text
    assert '<html lang="fr">' in page
    assert page.index("Conseiller.") < page.index('<p lang="en">Adviser.</p>')


def test_a_page_left_open_too_long_says_so(provider: RunningProvider) -> None:
    page = httpx.get(f"{provider.france_connect.issuer}/interaction/unknown")
    assert page.status_code == 400
    assert "Revenez au site" in page.text


def test_discovery_gives_the_paths_of_the_real_ones(provider: RunningProvider) -> None:
    for issuer in (provider.france_connect.issuer, provider.pro_connect.issuer):
        assert issuer.endswith("/api/v2")
        said = httpx.get(f"{issuer}/.well-known/openid-configuration").json()
        assert said["issuer"] == issuer
        paths = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri")
        found = [said[name].removeprefix(issuer) for name in (*paths, "end_session_endpoint")]
        assert found == ["/authorize", "/token", "/userinfo", "/jwks", "/session/end"]


def test_an_address_that_is_not_registered_is_never_sent_to(persons: RelyingParty) -> None:
    _, url = leave(persons)
    moved = url.replace("retour", "ailleurs")
    for address in (moved, moved + "&unknown=1"):
        answer = Visitor().http.get(address, follow_redirects=True)
        assert answer.status_code == 400


def test_a_port_that_is_taken_is_told_plainly() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(EnvironmentUnfit) as unfit, serving(port=port):
            pass
    assert unfit.value.code == "demo.provider_port_taken"
    assert str(port) in unfit.value.message.fr


def test_the_process_ends_with_the_block_and_sub_outlives_it() -> None:
    subs = []
    for _ in range(2):
        with serving() as running:
            party = RelyingParty(running.france_connect)
            subs.append(log_in(party, "nadia").claims.sub)
            process = Path(f"/proc/{running.pid}")
            assert process.exists()
        assert not process.exists()
    assert subs[0] == subs[1]


def test_it_ends_too_when_whoever_started_it_vanishes(tmp_path: Path) -> None:
    file = tmp_path / "identities.json"
    file.write_text('{"persons": [], "agents": []}')
    command = [str(find_node()), str(PROGRAM), "--until-stdin-closes", "--identities", str(file)]
    command += ["--redirect-uri", REGISTERED_CALLBACK]
    secret = {"CSPU_PROVIDER_FC_SECRET": "demo-a", "CSPU_PROVIDER_PC_SECRET": "demo-b"}
    with subprocess.Popen(
        command,
        env=secret,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        assert process.stdout.readline().startswith(b"ready ")
        process.stdin.close()
        assert process.wait(timeout=20) == 0


@pytest.mark.parametrize("secret", ["", "a-real-secret"])
def test_it_takes_no_real_secret(tmp_path: Path, secret: str) -> None:
    file = tmp_path / "identities.json"
    file.write_text('{"persons": [], "agents": []}')
    done = subprocess.run(
        [str(find_node()), str(PROGRAM), "--identities", str(file)],
        env={"CSPU_PROVIDER_FC_SECRET": secret, "CSPU_PROVIDER_PC_SECRET": "demo-b"},
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2
    assert "demo-" in done.stderr
    assert not secret or secret not in done.stderr


def test_a_fault_nobody_knows_is_refused() -> None:
    with pytest.raises(EnvironmentUnfit) as unfit, serving(faults={"nadia": "gremlins"}):
        pass
    assert unfit.value.code == "demo.provider_will_not_start"
    assert "gremlins" in unfit.value.message.fr


def test_without_node_one_is_told_what_to_type(tmp_path: Path) -> None:
    not_node = tmp_path / "node"
    not_node.write_text("#!/bin/sh\necho v12.0.0\n")
    not_node.chmod(0o755)
    for candidates in ([], [tmp_path / "nothing"], [not_node]):
        with pytest.raises(EnvironmentUnfit) as unfit:
            find_node(candidates)
        assert unfit.value.code == "demo.node_missing"
        assert "make install" in unfit.value.next_step.fr
