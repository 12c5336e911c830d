"""One provider process for all the tests of log-in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cspu.demo.provider import RunningProvider, running_provider
from cspu.trust.oidc import RelyingParty
from tests.trust.oidc.people import FAULTS, IDENTITIES
from tests.trust.oidc.visiting import LINE, REGISTERED_AFTER_LOGOUT, REGISTERED_CALLBACK


@pytest.fixture(scope="session")
def provider() -> Iterator[RunningProvider]:
    with running_provider(
        IDENTITIES,
        callbacks=[REGISTERED_CALLBACK],
        after_logout=[REGISTERED_AFTER_LOGOUT],
        faults=FAULTS,
    ) as running:
        yield running


@pytest.fixture
def persons(provider: RunningProvider) -> RelyingParty:
    """This site as FranceConnect's client, knowing nothing of it yet."""
    return RelyingParty(provider.france_connect, transport=LINE)


@pytest.fixture
def agents(provider: RunningProvider) -> RelyingParty:
    """This site as ProConnect's client."""
    return RelyingParty(provider.pro_connect, transport=LINE)
