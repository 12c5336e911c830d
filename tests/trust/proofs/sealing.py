"""Proofs to test with, and a forger who holds the real key."""

from __future__ import annotations

import base64
import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

from jwcrypto.jws import JWS

from cspu.kernel.amounts import Amount, Unit
from cspu.kernel.text import Text
from cspu.trust.proofs import (
    Holder,
    IssuedProof,
    Right,
    RightState,
    SigningKey,
    Source,
    StatusList,
    StatusReference,
    issue,
    issue_status_list,
    load_frame,
    new_signing_key,
    provable,
    read_status_list,
    trusted,
)

ISSUER = "https://compte.example"
LIST = f"{ISSUER}/preuves/retraits/1"
KEY = new_signing_key()
KEYS = trusted(KEY)
NOW = datetime(2027, 1, 12, 10, 37, tzinfo=UTC)
FRAME = load_frame()
EUR = Unit("EUR", 2, Text("euro", "euro"), Text("euros", "euros"), "€")
POINT = Unit("c2p_point", 0, Text("point", "point"), Text("points", "points"))
EVERYTHING = ("open", "open_since_at_least", "balance_at_least", "balance", "holder")


def euros(amount: int) -> Amount:
    return Amount(EUR, amount * 100)


def state(**other: Any) -> RightState:
    """What the account knows of Nadia's training right on 12 January 2027."""
    known: dict[str, Any] = {
        "right": Right("cpf", Text("Compte personnel de formation", "Personal training account")),
        "source": Source("18002002600019", "Caisse des dépôts et consignations"),
        "on": date(2027, 1, 12),
        "open": True,
        "open_since": date(2019, 3, 4),
        "balance": Amount(EUR, 123456),
        "holder": Holder("Lefèvre-Delacroix", "Nadia"),
    }
    return RightState(**known | other)


def sealed(
    *,
    known: RightState | None = None,
    key: SigningKey = KEY,
    index: int = 104233,
    now: datetime = NOW,
    life: timedelta | None = None,
    open_since_at_least: date | None = date(2025, 1, 1),
    balance_at_least: Amount | None = None,
) -> IssuedProof:
    """A proof with everything it could say in it."""
    claims = provable(
        known or state(),
        balance_at_least=balance_at_least or euros(500),
        open_since_at_least=open_since_at_least,
    )
    place = StatusReference(LIST, index)
    return issue(FRAME, claims, key=key, issuer=ISSUER, status=place, now=now, life=life)


def list_text(*withdrawn: int, now: datetime = NOW, key: SigningKey = KEY, uri: str = LIST) -> str:
    """A signed list of withdrawn proofs."""
    return issue_status_list(withdrawn, uri=uri, frame=FRAME, key=key, now=now)


def status_list(*withdrawn: int, now: datetime = NOW, uri: str = LIST) -> StatusList:
    """The same, read."""
    found = read_status_list(list_text(*withdrawn, now=now, uri=uri), keys=KEYS, now=now)
    assert isinstance(found, StatusList)
    return found


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def parts(jwt: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Header and payload of a JWT, unchecked."""
    header, payload, _ = jwt.split(".")
    return json.loads(unb64(header)), json.loads(unb64(payload))


def signed(header: dict[str, Any], payload: dict[str, Any] | bytes, key: SigningKey = KEY) -> str:
    """Anything whatever, truly signed: what only a thief of the key, or our own bug, could make."""
    raw = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    jws = JWS(raw)
    jws.add_signature(key.jwk, alg="ES256", protected=json.dumps({"alg": "ES256", **header}))
    return str(jws.serialize(compact=True))


def resigned(proof: IssuedProof, **changes: Any) -> str:
    """A proof with parts of its payload changed (None takes one away), signed again."""
    header, payload = parts(proof.jwt)
    changed = {name: value for name, value in (payload | changes).items() if value is not None}
    return signed(header, changed)
