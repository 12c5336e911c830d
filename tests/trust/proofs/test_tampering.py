"""Whatever is changed in a proof, it never says anything else than what was signed."""

from __future__ import annotations

import base64
import string
import zlib

from hypothesis import given
from hypothesis import strategies as st

from cspu.trust.proofs import (
    Refusal,
    StatusList,
    Verified,
    present,
    proof_code,
    read_shown,
    read_status_list,
    verify,
)
from tests.trust.proofs.sealing import EVERYTHING, ISSUER, KEYS, NOW, list_text, sealed, status_list

SIGNS = string.ascii_letters + string.digits + "-_~.=+/ \n\0é{"
PROOF = sealed()
TEXT = present(PROOF, ["open", "balance_at_least", "holder"])
ADDRESS = proof_code(TEXT, f"{ISSUER}/preuve").address
LIST = status_list()


def said(text: str) -> frozenset[tuple[str, str]] | None:
    found = verify(text, keys=KEYS, status=LIST, now=NOW)
    if isinstance(found, Refusal):
        return None
    return frozenset((each.name, each.text.fr) for each in found.statements)


TRUTH = said(TEXT) or frozenset()
assert len(TRUTH) == 3


@given(st.integers(0, len(TEXT) - 1), st.sampled_from(SIGNS))
def test_a_changed_sign_is_never_accepted(place: int, sign: str) -> None:
    changed = TEXT[:place] + sign + TEXT[place + 1 :]
    assert said(changed) == (TRUTH if changed == TEXT else None)


@given(st.integers(0, len(TEXT)), st.integers(0, 40), st.text(SIGNS, max_size=5))
def test_cut_and_mended_it_says_no_more_than_before(start: int, cut: int, put: str) -> None:
    """Taking whole disclosures away is anybody's right, and makes a proof say less."""
    found = said(TEXT[:start] + put + TEXT[start + cut :])
    assert found is None or found <= TRUTH


@given(st.lists(st.sampled_from(EVERYTHING), max_size=8), st.booleans())
def test_disclosures_in_any_order_and_number_say_what_they_say(
    names: list[str],
    mixed: bool,  # noqa: FBT001  drawn by hypothesis
) -> None:
    other = sealed()
    taken = [(other if mixed else PROOF).disclosures[name] for name in names]
    found = said("~".join([PROOF.jwt, *taken, ""]))
    if len(set(names)) < len(names) or (mixed and names):
        assert found is None
    else:
        assert found is not None
        assert {name for name, _ in found} == set(names)


@given(st.text(max_size=300))
def test_any_text_gets_a_verdict(text: str) -> None:
    assert verify(read_shown(text), keys=KEYS, status=None, now=NOW) is Refusal.UNREADABLE


@given(st.data())
def test_a_changed_sign_in_what_the_code_holds_never_says_anything_else(
    data: st.DataObject,
) -> None:
    """Deflated texts have more than one spelling, so the same statement may come back."""
    start = ADDRESS.index("#") + 1
    place = data.draw(st.integers(start, len(ADDRESS) - 1))
    sign = data.draw(st.sampled_from(string.ascii_uppercase + "234567"))
    changed = ADDRESS[:place] + sign + ADDRESS[place + 1 :]
    assert said(read_shown(changed)) in (None, TRUTH)


SIGNED_LIST = list_text(104233)


@given(st.integers(0, len(SIGNED_LIST) - 1), st.sampled_from(SIGNS))
def test_a_changed_list_is_never_accepted(place: int, sign: str) -> None:
    changed = SIGNED_LIST[:place] + sign + SIGNED_LIST[place + 1 :]
    found = read_status_list(changed, keys=KEYS, now=NOW)
    assert isinstance(found, StatusList) == (changed.strip() == SIGNED_LIST)


@given(st.binary(max_size=200))
def test_any_bytes_deflated_in_a_code_get_a_verdict(raw: bytes) -> None:
    packed = base64.b32encode(bytes(64) + zlib.compress(raw)).decode().rstrip("=")
    assert not isinstance(verify(read_shown(packed), keys=KEYS, status=None, now=NOW), Verified)
