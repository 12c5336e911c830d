"""What is written is read back; what is hostile is refused, never a crash; memory stays flat."""

from __future__ import annotations

import io
import tracemalloc
from datetime import date
from decimal import Decimal
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cspu.employers.dsn.declared import Contract, Employee, Pay, Payment
from cspu.employers.dsn.errors import DsnRefused
from cspu.employers.dsn.fictitious import fictitious_nir
from cspu.employers.dsn.problems import Findings
from cspu.employers.dsn.reader import Reader
from cspu.employers.dsn.scanning import read_through, scan
from cspu.employers.dsn.tree import PERSON
from cspu.employers.dsn.workplace import write_workplace
from cspu.employers.dsn.writing import write_message
from cspu.kernel.periods import month_of
from cspu.people.nir import normalise_nir
from tests.employers.people import MARCH, declaration, employee, message

NAMES = st.text("ABCDEFÉÈÀÇÔ' -abcdeéèàçô", min_size=1, max_size=40).filter(str.strip)
AMOUNTS = st.decimals(Decimal("-99999.99"), Decimal("9999999.99"), places=2)


@st.composite
def employees(draw: st.DrawFn) -> Employee:
    born = draw(st.dates(date(1950, 1, 1), date(2009, 12, 31)))
    female = draw(st.booleans())
    numbers = draw(
        st.lists(
            st.from_regex(r"[A-Z0-9]{5,20}", fullmatch=True), min_size=1, max_size=3, unique=True
        )
    )
    start = st.dates(date(2000, 1, 1), date(2026, 3, 31))
    pays = tuple(
        Pay(
            contract=number,
            period=month_of(MARCH),
            gross=draw(AMOUNTS),
            hours=draw(st.decimals(0, 300, places=2)),
        )
        for number in numbers
    )
    return Employee(
        birth_name=draw(NAMES),
        given_names=draw(NAMES),
        birth_date=born,
        female=female,
        nir=fictitious_nir(female=female, birth_date=born, rank=draw(st.integers(1, 999))),
        education_level=draw(st.sampled_from(["", "01", "04", "08"])),
        contracts=tuple(Contract(number=number, start=draw(start)) for number in numbers),
        payments=(Payment(paid_on=date(2026, 3, 31), pays=pays),),
    )  # fmt: skip


@given(
    st.lists(employees(), min_size=1, max_size=4, unique_by=lambda e: e.nir),
    st.sampled_from(["P24V01", "P25V01", "P26V01"]),
)
def test_what_is_written_is_read_back(people: list[Employee], norm: str) -> None:
    stream = io.BytesIO()
    write_message(stream, message(declaration(*people), norm=norm))
    assert read_through(stream).findings.problems == []
    stream.seek(0)
    groups = [g for g in Reader(stream, "iso-8859-1", Findings()).groups() if g.anchor == PERSON]
    for person, group in zip(people, groups, strict=True):
        read = group.blocks[0].values
        assert (read["001"], read["002"], read["004"]) == (
            person.nir,
            person.birth_name,
            person.given_names,
        )
        contracts = [block.values["009"] for _, block in group.all("S21.G00.40")]
        assert contracts == [each.number for each in person.contracts]
        paid = [b.values["013"] for _, b in group.all("S21.G00.51") if b.values["011"] == "001"]
        assert [Decimal(each) for each in paid] == [each.gross for each in person.payments[0].pays]
        assert all(group.blocks[b.parent].code == "S21.G00.51" for _, b in group.all("S21.G00.53"))


def sound() -> bytes:
    stream = io.BytesIO()
    write_message(stream, message())
    return stream.getvalue()


SOUND = sound()


def refuses_or_reads(content: bytes) -> None:
    try:
        scan(io.BytesIO(content))
    except DsnRefused as error:
        refusal = error
    else:
        return
    assert refusal.message.fr
    assert refusal.next_step.en
    assert all(problem.sentence("fr").startswith("Ligne ") for problem in refusal.problems)


@given(st.binary(max_size=300))
def test_any_bytes_are_refused_in_words(content: bytes) -> None:
    refuses_or_reads(content)
    refuses_or_reads(b"S10.G00.00.001,'" + content)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_a_damaged_file_is_refused_in_words(data: st.DataObject) -> None:
    content = bytearray(SOUND)
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(content) - 1))
        length = data.draw(st.integers(0, 40))
        content[at : at + length] = data.draw(st.binary(max_size=40))
    refuses_or_reads(bytes(content))


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_shuffled_lines_are_refused_in_words(data: st.DataObject) -> None:
    lines = SOUND.splitlines(keepends=True)
    picked = data.draw(st.lists(st.sampled_from(lines), max_size=60))
    refuses_or_reads(lines[0] + b"".join(picked))


@given(
    st.from_regex(r"[12][0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[1-9][0-9]|2A|2B)[0-9]{6}", fullmatch=True),
    st.dates(date(1940, 1, 1), date(2010, 1, 1)),
)
def test_a_number_the_reader_admits_is_one_that_designates_a_person(nir: str, born: date) -> None:
    """The import never meets an identity that matching would refuse."""
    stream = io.BytesIO()
    write_message(stream, message(declaration(employee(nir=nir, birth_date=born))))
    if not read_through(stream).findings.problems:
        assert normalise_nir(nir, birth_date=born) == nir


def peak(path: Path) -> int:
    tracemalloc.start()
    try:
        with path.open("rb") as stream:
            scan(stream)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    """Five hundred people more: what they take must be far from what the file spends on them."""
    small, large = tmp_path / "small.dsn", tmp_path / "large.dsn"
    for path, people in ((small, 100), (large, 600)):
        with path.open("wb") as stream:
            write_workplace(stream, employees=people)
    peak(small)
    growth = peak(large) - peak(small)
    assert growth < (large.stat().st_size - small.stat().st_size) / 8
