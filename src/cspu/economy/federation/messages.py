"""What instances say to each other: compact JWS, ES256, one spelling; read strictly or not at all.

A message is to one partner, under an id of its own. Its signature is checked with that partner's published
keys and no other: the header chooses neither the algorithm nor whose key it is.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Literal
from uuid import UUID

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, KeySetSerialization

from cspu.kernel.errors import CspuError
from cspu.kernel.ids import computed_id
from cspu.kernel.text import Text

KIND = "cspu-transfer+jws"
MOST_BYTES = 1_000_000
_ALGORITHM = "ES256"

Kind = Literal["offer", "withdrawal", "answer", "ask", "statement"]
KINDS: tuple[Kind, ...] = ("offer", "withdrawal", "answer", "ask", "statement")


class MessageRefused(CspuError):
    """A message that is not what a partner may say; `reason` is forged, altered or not_ours."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"federation.{reason}",
            Text(fr="Ce message n’est pas recevable.", en="This message cannot be taken."),
            Text(
                fr="Rien n’a bougé. Comparez les livres avec ce partenaire.",
                en="Nothing moved. Reconcile the books with this partner.",
            ),
        )
        self.reason = reason


class KeysUnreadable(CspuError):
    """What was given as a partner's public keys is none."""

    def __init__(self) -> None:
        super().__init__(
            "federation.keys_unreadable",
            Text(
                fr="Ces clés ne sont pas des clés publiques de partenaire (JWKS).",
                en="These are no public keys of a partner (JWKS).",
            ),
            Text(
                fr="Demandez-lui ce que donne `cspu federation keys` chez lui.",
                en="Ask the partner for what `cspu federation keys` prints there.",
            ),
        )


@dataclass(frozen=True, slots=True, repr=False)
class Identity:
    """This instance: the name its partners know it by, and the key it signs with. Prints nothing."""

    name: str
    key: ECKey

    @property
    def public(self) -> KeySetSerialization:
        """What partners are given."""
        return {"keys": [{**self.key.as_dict(private=False), "kid": self.key.thumbprint()}]}


@dataclass(frozen=True, slots=True)
class Message:
    """One message as read; `said` is what it says besides who to whom, under which id."""

    sender: str
    receiver: str
    id: UUID
    kind: Kind
    crossing: UUID
    said: Mapping[str, Any]
    digest: bytes


def read_identity(name: str, raw: bytes) -> Identity:
    """This instance from its private key, a JWK or PEM."""
    text = raw.decode()
    key = ECKey.import_key(json.loads(text) if text.lstrip().startswith("{") else text)
    return Identity(name, key)


def read_keys(text: str) -> KeySetSerialization:
    """A partner's public keys, as it gives them; KeysUnreadable for anything else, such as a private key."""
    try:
        keys = KeySet.import_key_set(json.loads(text))
    except (JoseError, ValueError, TypeError, KeyError, AttributeError):
        raise KeysUnreadable from None
    if not keys.keys or any(key.is_private for key in keys.keys):
        raise KeysUnreadable
    return keys.as_dict(private=False)


def sign(
    identity: Identity,
    to: str,
    kind: Kind,
    crossing: UUID,
    said: Mapping[str, Any],
    *,
    name: str = "",
) -> str:
    """A message to a partner. The same content has the same id; `name` tells apart what is said twice."""
    payload = {
        "iss": identity.name,
        "aud": to,
        "id": str(computed_id(kind, identity.name, to, crossing, name)),
        "kind": kind,
        "crossing": str(crossing),
        **said,
    }
    header = {"alg": _ALGORITHM, "typ": KIND, "kid": identity.key.thumbprint()}
    content = json.dumps(payload, separators=(",", ":"), sort_keys=True).encode()
    return jws.serialize_compact(header, content, identity.key, algorithms=[_ALGORITHM])


def sender_of(text: str) -> str:
    """Who a message claims to come from: to know whose keys check it, and for nothing else."""
    try:
        found = json.loads(jws.extract_compact(text.encode()).payload)
    except (JoseError, ValueError, RecursionError):
        raise MessageRefused("forged") from None
    sender = found.get("iss") if isinstance(found, dict) else None
    if not isinstance(sender, str) or not sender:
        raise MessageRefused("forged")
    return sender


def read(text: str, *, keys: KeySetSerialization, sender: str, receiver: str) -> Message:
    """A message of that partner to us; MessageRefused for anything else."""
    if len(text) > MOST_BYTES:
        raise MessageRefused("forged")
    try:
        found = jws.deserialize_compact(
            text.encode(), KeySet.import_key_set(keys), algorithms=[_ALGORITHM]
        )
        payload = json.loads(found.payload)
    except (JoseError, ValueError, KeyError, RecursionError):
        raise MessageRefused("forged") from None
    if found.headers().get("typ") != KIND or not isinstance(payload, dict):
        raise MessageRefused("forged")
    if (payload.pop("iss", None), payload.pop("aud", None)) != (sender, receiver):
        raise MessageRefused("not_ours")
    return _message(payload, sender, receiver, sha256(found.payload).digest())


def _message(payload: dict[str, Any], sender: str, receiver: str, digest: bytes) -> Message:
    try:
        kind = payload.pop("kind")
        wire, crossing = UUID(payload.pop("id")), UUID(payload.pop("crossing"))
    except (KeyError, ValueError, TypeError, AttributeError):
        raise MessageRefused("altered") from None
    if kind not in KINDS:
        raise MessageRefused("altered")
    return Message(sender, receiver, wire, kind, crossing, payload, digest)


def amount_in(message: Message) -> int:
    """The amount it says, a positive whole number of smallest units."""
    value = message.said.get("amount")
    if type(value) is not int or not 0 < value < 10**12:
        raise MessageRefused("altered")
    return value


def bytes_in(message: Message, name: str) -> bytes:
    """A digest it says, of 32 bytes in hexadecimal."""
    try:
        value = bytes.fromhex(message.said[name])
    except (KeyError, ValueError, TypeError):
        raise MessageRefused("altered") from None
    if len(value) != sha256().digest_size:
        raise MessageRefused("altered")
    return value


def word_in(message: Message, name: str, among: tuple[str, ...]) -> str:
    """One word out of a list."""
    value = message.said.get(name)
    if value not in among:
        raise MessageRefused("altered")
    return str(value)
