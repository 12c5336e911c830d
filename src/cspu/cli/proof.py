"""`cspu proof`: attestations of a right, checked with no network and no database."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from cspu.cli.options import Json
from cspu.cli.output import REFUSED, UNSURE, lang, notice, print_json, say
from cspu.config.environment import read_environment
from cspu.trust.proofs import (
    Refusal,
    StatusList,
    TrustedKeys,
    Verified,
    jwks,
    read_jwks,
    read_keys,
    read_shown,
    read_status_list,
    verify,
)

app = typer.Typer(
    no_args_is_help=True, help=say("Les attestations de droit.", "Attestations of a right.")
)

_MOST_READ = 512 * 1024


@app.command(
    help=say(
        "Vérifie une attestation hors ligne : code 0 oui, 1 non, 4 retrait inconnu. "
        "Exemple : cspu proof check attestation.txt --keys cles.json --status etats.jwt",
        "Check an attestation off line: exit 0 yes, 1 no, 4 withdrawal unknown. "
        "Example: cspu proof check proof.txt --keys keys.json --status list.jwt",
    )
)
def check(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE|-",
            help=say(
                "Le texte de l'attestation ou ce que le code QR contient ; - lit l'entrée standard.",
                "The text of the attestation, or what the QR code holds; - reads standard input.",
            ),
        ),
    ],
    *,
    keys: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            help=say(
                "Clés publiques (JWKS) ; sinon celles de cette installation.",
                "Public keys (JWKS); otherwise those of this installation.",
            ),
        ),
    ] = None,
    status: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            help=say("Liste des attestations retirées.", "List of withdrawn attestations."),
        ),
    ] = None,
    at: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%dT%H:%M"],
            help=say(
                "Vérifie comme à cet instant, en temps universel.",
                "Check as at that moment, in UTC.",
            ),
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Say what an attestation shows, or why it is not accepted."""
    now = datetime.now(UTC) if at is None else at.replace(tzinfo=UTC)
    trusted_keys = _installed_keys() if keys is None else read_jwks(_content(keys))
    known = None if status is None else _status_list(status, trusted_keys, now)
    shown = read_shown(_content(file).decode("utf-8", errors="replace"))
    verdict = verify(shown, keys=trusted_keys, status=known, now=now)
    if isinstance(verdict, Refusal):
        _print_refusal(verdict, as_json=as_json)
        raise typer.Exit(REFUSED)
    _print_verified(verdict, as_json=as_json)
    if not verdict.certain:
        raise typer.Exit(UNSURE)


@app.command(
    "keys",
    help=say(
        "Donne les clés publiques, pour vérifier ailleurs. Exemple : cspu proof keys > cles.json",
        "Give the public keys, to check elsewhere. Example: cspu proof keys > keys.json",
    ),
)
def public_keys() -> None:
    """Print the JWKS of this installation."""
    print_json(jwks(_installed_keys()))


def _installed_keys() -> TrustedKeys:
    environment = read_environment()
    _, known = read_keys(environment.proof_key, environment.proof_keys_previous)
    return known


def _content(file: Path) -> bytes:
    """What a file or the standard input holds, up to more than anything we accept."""
    if str(file) == "-":
        return sys.stdin.buffer.read(_MOST_READ)
    if not file.is_file():
        raise typer.BadParameter(say(f"aucun fichier {file}", f"no file {file}"))
    with file.open("rb") as stream:
        return stream.read(_MOST_READ)


def _status_list(file: Path, keys: TrustedKeys, now: datetime) -> StatusList | None:
    """The list, or nothing with a line that says why it is of no use."""
    text = _content(file).decode("utf-8", errors="replace")
    found = read_status_list(text, keys=keys, now=now)
    if isinstance(found, Refusal):
        notice(
            say(
                f"La liste {file.name} ne sert à rien ici [{found.code}].",
                f"The list {file.name} is of no use here [{found.code}].",
            )
        )
        return None
    return found


def _print_refusal(refusal: Refusal, *, as_json: bool) -> None:
    if as_json:
        print_json(
            {
                "verdict": "refused",
                "code": refusal.code,
                "message": refusal.message.in_(lang()),
                "next_step": refusal.next_step.in_(lang()),
            }
        )
    else:
        notice(f"cspu: {refusal.sentence(lang())} [{refusal.code}]")


def _print_verified(found: Verified, *, as_json: bool) -> None:
    warnings = [found.warning.sentence(lang())] if found.warning else []
    warnings += [found.caution.in_(lang())] if found.caution else []
    if as_json:
        print_json(
            {
                "verdict": "valid" if found.certain else "unsure",
                "code": found.warning.code if found.warning else None,
                "number": found.number,
                "right": found.right.id,
                "on": found.on,
                "issuer": found.issuer,
                "source": found.source,
                "issued_at": found.issued_at,
                "expires_at": found.expires_at,
                "status_as_of": found.status_as_of,
                "statements": found.statements,
                "not_shown": found.not_shown,
                "warnings": warnings,
            }
        )
        return
    for each in found.statements:
        typer.echo(each.text.in_(lang()))
    hidden = ", ".join(label.in_(lang()) for label in found.not_shown)
    if hidden:
        typer.echo(say(f"Non montré : {hidden}.", f"Not shown: {hidden}."))
    until = f"{found.expires_at:%d/%m/%Y %H:%M}"
    typer.echo(
        say(
            f"Attestation {found.number}, signée par {found.authority}, valable jusqu’au {until} UTC.",
            f"Attestation {found.number}, signed by {found.authority}, valid until {until} UTC.",
        )
    )
    for warning in warnings:
        notice(warning)
