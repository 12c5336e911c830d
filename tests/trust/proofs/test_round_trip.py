"""From a right to its proof and back: what was chosen is shown, and nothing else."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import combinations

import pytest

from cspu.kernel.amounts import Amount
from cspu.kernel.errors import CspuError
from cspu.kernel.text import Text
from cspu.trust.proofs import (
    Refusal,
    Right,
    RightState,
    Verified,
    issue,
    present,
    provable,
    status_reference,
    verify,
)
from tests.trust.proofs.sealing import (
    EVERYTHING,
    FRAME,
    ISSUER,
    KEY,
    KEYS,
    NOW,
    POINT,
    euros,
    sealed,
    state,
    status_list,
    unb64,
)


def shown(*names: str, known: RightState | None = None) -> Verified:
    found = verify(present(sealed(known=known), names), keys=KEYS, status=status_list(), now=NOW)
    assert isinstance(found, Verified)
    return found


@pytest.mark.parametrize(
    "names", [names for size in range(6) for names in combinations(EVERYTHING, size)], ids=str
)
def test_exactly_what_was_chosen_is_shown(names: tuple[str, ...]) -> None:
    found = shown(*names)
    assert tuple(each.name for each in found.statements) == names
    hidden = [FRAME.claims[name].label for name in EVERYTHING if name not in names]
    assert list(found.not_shown) == hidden


def test_statements_are_sentences_in_both_languages() -> None:
    found = shown(*EVERYTHING)
    assert [each.text.fr for each in found.statements] == [
        "Le droit « Compte personnel de formation » est ouvert au 12 janvier 2027.",
        "Le droit « Compte personnel de formation » est ouvert au moins depuis le 1er janvier 2025.",
        "Au 12 janvier 2027, le solde est d’au moins 500\u00a0€.",
        "Au 12 janvier 2027, le solde est de 1\u202f234,56\u00a0€.",
        "Cette attestation concerne Nadia Lefèvre-Delacroix.",
    ]
    assert [each.text.en for each in found.statements] == [
        "The right “Personal training account” is open on 12 January 2027.",
        "The right “Personal training account” has been open at least since 1 January 2025.",
        "On 12 January 2027, the balance is at least €500.",
        "On 12 January 2027, the balance is €1,234.56.",
        "This attestation is about Nadia Lefèvre-Delacroix.",
    ]


def test_what_is_not_shown_is_nowhere_in_the_text() -> None:
    text = present(sealed(), ["open", "balance_at_least"])
    head, *disclosures, _ = text.split("~")
    readable = b" ".join(unb64(part) for part in (*head.split(".")[:2], *disclosures))
    for secret in (b"1234", b"1\\u202f234", b"Nadia", b"Lef", b"2019", b"2025-01-01", b"holder"):
        assert secret not in readable
    assert b"500" in readable


def test_a_closed_right_is_said_to_be_closed() -> None:
    known = state(open=False, open_since=None)
    claims = provable(known)
    proof = sealed()
    resealed = issue(FRAME, claims, key=KEY, issuer=ISSUER, status=proof.status, now=NOW)
    found = verify(present(resealed, ["open"]), keys=KEYS, status=None, now=NOW)
    assert isinstance(found, Verified)
    assert "n’est pas ouvert" in found.statements[0].text.fr
    assert "is not open" in found.statements[0].text.en


def test_other_units_explain_themselves_where_no_unit_is_known() -> None:
    known = state(
        right=Right("c2p", Text("Compte professionnel de prévention", "Prevention account")),
        balance=Amount(POINT, 44),
    )
    proof = sealed(known=known, balance_at_least=Amount(POINT, 40))
    found = verify(present(proof, ["balance_at_least"]), keys=KEYS, status=None, now=NOW)
    assert isinstance(found, Verified)
    assert found.statements[0].text.fr.endswith("d’au moins 40\u00a0points.")
    assert isinstance(found.statements[0].value, dict)
    assert found.statements[0].value["unit"] == "c2p_point"


def test_a_proof_without_a_name_says_that_it_names_nobody() -> None:
    assert shown("open").caution is not None
    assert shown("open", "holder").caution is None


def test_off_line_the_answer_is_not_yes_but_a_warning() -> None:
    text = present(sealed(), ["open"])
    off_line = verify(text, keys=KEYS, status=None, now=NOW)
    assert isinstance(off_line, Verified)
    assert (off_line.certain, off_line.warning) == (False, Refusal.STATUS_UNKNOWN)
    on_line = verify(text, keys=KEYS, status=status_list(), now=NOW)
    assert isinstance(on_line, Verified)
    assert (on_line.certain, on_line.warning) == (True, None)
    assert on_line.status_as_of == NOW


def test_the_frame_of_the_attestation_is_there() -> None:
    proof = sealed(life=timedelta(days=30))
    found = verify(present(proof, []), keys=KEYS, status=None, now=NOW)
    assert isinstance(found, Verified)
    assert found.number == proof.number
    assert found.source.name == "Caisse des dépôts et consignations"
    assert found.on == date(2027, 1, 12)
    assert found.issued_at == datetime(2027, 1, 12, 10, tzinfo=UTC)
    assert found.expires_at == datetime(2027, 2, 11, 10, tzinfo=UTC)
    assert status_reference(present(proof, [])) == proof.status


def test_a_life_is_short_by_default_and_never_long() -> None:
    assert sealed().expires_at - sealed().issued_at == timedelta(days=7)
    for life in (timedelta(days=91), timedelta(hours=1), timedelta(days=-1)):
        with pytest.raises(CspuError) as refused:
            sealed(life=life)
        assert refused.value.code == "proofs.life"


@pytest.mark.parametrize(
    ("known", "asked", "code"),
    [
        ({"open": None}, {}, "proofs.unknown"),
        ({"balance": None}, {"balance_at_least": euros(1)}, "proofs.unknown"),
        ({"open_since": None}, {"open_since_at_least": date(2025, 1, 1)}, "proofs.unknown"),
        ({}, {"balance_at_least": euros(1235)}, "proofs.balance_below"),
        ({}, {"balance_at_least": euros(0)}, "proofs.threshold_says_nothing"),
        ({}, {"open_since_at_least": date(2019, 3, 3)}, "proofs.not_open_since"),
        ({"open": False}, {"open_since_at_least": date(2025, 1, 1)}, "proofs.not_open_since"),
    ],
)
def test_what_is_false_or_unknown_is_not_sealed(
    known: dict[str, object], asked: dict[str, object], code: str
) -> None:
    with pytest.raises(CspuError) as refused:
        provable(state(**known), **asked)  # type: ignore[arg-type]
    assert refused.value.code == code


def test_a_threshold_reached_exactly_is_reached() -> None:
    claims = provable(
        state(balance=euros(500)),
        balance_at_least=euros(500),
        open_since_at_least=date(2019, 3, 4),
    )
    assert {"balance_at_least", "open_since_at_least"} <= set(claims.values)


def test_showing_what_a_proof_does_not_hold_is_an_error() -> None:
    proof = sealed(known=state(holder=None))
    with pytest.raises(KeyError, match="holder"):
        present(proof, ["open", "holder"])


def test_nothing_prints_a_name() -> None:
    proof = sealed()
    found = verify(present(proof, EVERYTHING), keys=KEYS, status=None, now=NOW)
    assert isinstance(found, Verified)
    printed = repr((state(), state().holder, proof, found, found.statements))
    assert "Nadia" not in printed
    assert "123456" not in printed
