"""The providers by which people log in, from the environment: FranceConnect, ProConnect."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from cspu.config.secrets import DEMO_PREFIX
from cspu.kernel.errors import EnvironmentUnfit
from cspu.kernel.text import Text
from cspu.trust.oidc import Provider, france_connect, pro_connect

_KINDS: Mapping[str, tuple[str, Callable[..., Provider], str]] = {
    "france_connect": ("CSPU_FC", france_connect, "0"),
    "pro_connect": ("CSPU_PC", pro_connect, "1"),
}
_PARTS = ("ISSUER", "CLIENT_ID", "CLIENT_SECRET")


def read_providers(environ: Mapping[str, str], *, demo: bool) -> dict[str, Provider]:
    """The providers this server is a client of; one nobody set is absent.

    EnvironmentUnfit for one half set, without HTTPS, or with a secret of a demonstration.
    """
    found = {}
    for key, (prefix, make, pkce) in _KINDS.items():
        values = [environ.get(f"{prefix}_{part}", "") for part in _PARTS]
        if not any(values):
            continue
        issuer, client_id, secret = values
        if not all(values) or (not demo and _unsafe(issuer, secret)):
            raise _unfit(prefix)
        found[key] = make(
            issuer=issuer,
            client_id=client_id,
            client_secret=secret,
            pkce=environ.get(f"{prefix}_PKCE", pkce) == "1",
        )
    return found


def as_environment(providers: Mapping[str, Provider]) -> dict[str, str]:
    """The other way: what to put in the environment of a server that is to use them."""
    said: dict[str, str] = {}
    for key, provider in providers.items():
        prefix = _KINDS[key][0]
        values = (provider.issuer, provider.client_id, provider.client_secret)
        said |= {f"{prefix}_{part}": value for part, value in zip(_PARTS, values, strict=True)}
        said[f"{prefix}_PKCE"] = "1" if provider.pkce else "0"
    return said


def _unsafe(issuer: str, secret: str) -> bool:
    return secret.startswith(DEMO_PREFIX) or not issuer.startswith("https://")


def _unfit(prefix: str) -> EnvironmentUnfit:
    names = ", ".join(f"{prefix}_{part}" for part in _PARTS)
    return EnvironmentUnfit(
        "environment.provider",
        Text(
            fr=f"{names} : il en manque, ou l'un vient d'une démonstration ou n'est pas en HTTPS.",
            en=f"{names}: one is missing, comes from a demonstration, or is not HTTPS.",
        ),
        Text(
            fr="Donnez les trois valeurs reçues du fournisseur, ou aucune.",
            en="Give the three values received from the provider, or none.",
        ),
    )
