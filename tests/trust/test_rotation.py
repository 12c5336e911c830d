"""A second factor outlives the key that sealed it."""

from __future__ import annotations

import pytest

from cspu.people.crypto import IdentityKey, Keyring
from cspu.people.errors import WrongKey
from cspu.trust.rotation import rotate_second_factors
from cspu.trust.second_factor import new_secret, open_secret, seal_secret
from tests.conftest import FreshDatabase
from tests.people.conftest import as_role
from tests.trust.crowd import Crowd

OLD, NEW = IdentityKey(b"1" * 32), IdentityKey(b"2" * 32)


def test_second_factors_are_sealed_again_and_still_open(
    crowd: Crowd, fresh_database: FreshDatabase
) -> None:
    secrets = {crowd.agent("union"): new_secret() for _ in range(3)}
    for agent, secret in secrets.items():
        version, sealed = seal_secret(Keyring(OLD), secret, owner=agent)
        crowd.ask(
            "INSERT INTO trust.second_factor VALUES (%s, %s, %s, TRUE, 7) RETURNING 1",
            agent,
            sealed,
            version,
        )
    with as_role(fresh_database, "batch"):
        assert rotate_second_factors(Keyring(NEW, OLD)) == 3
        assert rotate_second_factors(Keyring(NEW, OLD)) == 0
        with pytest.raises(WrongKey):
            rotate_second_factors(Keyring(OLD))
    kept = crowd.ask(
        "SELECT agent_id, secret_encrypted, key_version, last_step FROM trust.second_factor"
    )
    for agent, sealed, version, last_step in kept:
        found = open_secret(Keyring(NEW), version, bytes(sealed), owner=agent)
        assert (found, last_step) == (secrets[agent], 7)
