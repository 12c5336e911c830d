"""This instance among others: its name, and the key it signs with.

CSPU_FEDERATION_NAME  the name partners know it by
CSPU_FEDERATION_KEY   a private P-256 key, JWK or PEM, in URL-safe base64
"""

from __future__ import annotations

import base64
from collections.abc import Mapping

from joserfc.errors import JoseError

from cspu.economy.federation.messages import Identity, read_identity
from cspu.kernel.errors import EnvironmentUnfit
from cspu.kernel.text import Text


def read_federation(environ: Mapping[str, str]) -> Identity | None:
    """Who this instance is; None where it has no partners. EnvironmentUnfit for a wrong name or key."""
    name, key = environ.get("CSPU_FEDERATION_NAME", ""), environ.get("CSPU_FEDERATION_KEY", "")
    if not name and not key:
        return None
    try:
        if name:
            return read_identity(name, base64.urlsafe_b64decode(key))
    except (JoseError, ValueError):
        pass
    raise EnvironmentUnfit(
        "environment.federation",
        Text(
            fr="CSPU_FEDERATION_NAME et CSPU_FEDERATION_KEY vont ensemble : un nom, une clé P-256.",
            en="CSPU_FEDERATION_NAME and CSPU_FEDERATION_KEY go together: a name, a P-256 key.",
        ),
        Text(
            fr="Corrigez-les, ou retirez les deux pour une instance sans partenaires.",
            en="Correct them, or remove both for an instance without partners.",
        ),
    )
