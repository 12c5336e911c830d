"""Two proofs of one person have nothing in common that another person's would not have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from cspu.trust.proofs import Holder, draw_index
from tests.trust.proofs.sealing import NOW, parts, sealed, state

CONSTANT = {
    "header.alg", "header.typ", "header.kid",
    "iss", "vct", "_sd_alg", "status.status_list.uri",
    "issuing_authority.id", "issuing_authority.name", "issuing_authority.country",
    "authentic_source.id", "authentic_source.name",
    "right.id", "right.fr", "right.en",
}  # fmt: skip
SAME_DAY = {"iat", "exp", "starting_date", "ending_date"}


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for name, inside in value.items():
            yield from leaves(inside, f"{path}.{name}".lstrip("."))
    elif isinstance(value, list):
        for inside in value:
            yield from leaves(inside, path)
    else:
        yield path, value


def content(jwt: str) -> set[tuple[str, Any]]:
    header, payload = parts(jwt)
    return set(leaves({"header": header} | payload))


def test_two_proofs_of_one_right_share_the_frame_and_the_hour_alone() -> None:
    one, other = sealed(index=7), sealed(index=90001)
    shared = {path for path, _ in content(one.jwt) & content(other.jwt)}
    assert shared == CONSTANT | SAME_DAY
    assert set(one.disclosures.values()).isdisjoint(other.disclosures.values())
    assert one.jwt.rpartition(".")[2] != other.jwt.rpartition(".")[2]
    later = sealed(known=state(on=NOW.date() + timedelta(days=2)), now=NOW + timedelta(days=2))
    assert {path for path, _ in content(one.jwt) & content(later.jwt)} == CONSTANT


def test_the_minute_is_not_told() -> None:
    hour = NOW.replace(minute=0)
    assert {
        sealed(now=hour + timedelta(minutes=minute, seconds=13)).issued_at
        for minute in range(0, 60, 7)
    } == {hour}


def test_another_persons_proof_has_the_same_shape() -> None:
    """Neither the number of digests nor their order says what is behind them."""
    bare = sealed(
        known=state(open_since=None, balance=state().balance, holder=None), open_since_at_least=None
    )
    full = sealed(known=state(holder=Holder("Martin", "Paul")))
    shapes = [Counter(path for path, _ in leaves(parts(proof.jwt)[1])) for proof in (bare, full)]
    assert shapes[0] == shapes[1]
    assert shapes[0]["_sd"] == 5
    for proof in (bare, full):
        digests = parts(proof.jwt)[1]["_sd"]
        assert digests == sorted(digests)


def test_numbers_and_places_are_drawn_at_random() -> None:
    numbers = {sealed().number for _ in range(50)}
    assert len(numbers) == 50
    assert {sign for number in numbers for sign in number} >= set("0123456789ABCDEFGHJK-")
    places = {draw_index((), size=131072) for _ in range(50)}
    assert len(places) > 45
    assert max(places) > 65536 > min(places)


def test_the_order_of_what_is_shown_is_not_always_the_same() -> None:
    assert len({tuple(sealed().disclosures) for _ in range(40)}) > 5
