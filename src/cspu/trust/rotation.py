"""Changing the identity key: second factors sealed under the former key are sealed again."""

from __future__ import annotations

from django.db import connection, transaction

from cspu.people.crypto import Keyring
from cspu.trust.second_factor import open_secret, seal_secret


@transaction.atomic
def rotate_second_factors(keyring: Keyring) -> int:
    """Seal again what another key of the ring had sealed; how many that was.

    Raises WrongKey when one was sealed under a key that is not in the ring. Under the batch role.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT agent_id, secret_encrypted, key_version FROM trust.second_factor
               WHERE key_version <> %s ORDER BY agent_id FOR UPDATE""",
            [keyring.current.version],
        )
        stale = cursor.fetchall()
        for agent_id, sealed, version in stale:
            secret = open_secret(keyring, version, bytes(sealed), owner=agent_id)
            fresh_version, fresh = seal_secret(keyring, secret, owner=agent_id)
            cursor.execute(
                "UPDATE trust.second_factor SET secret_encrypted = %s, key_version = %s"
                " WHERE agent_id = %s",
                [fresh, fresh_version, agent_id],
            )
    return len(stale)
