"""Reading: every kind of error, with its line; and what is read past without complaint."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from cspu.employers.dsn.declared import Exposure, Message, Stop, Suspension
from cspu.employers.dsn.errors import DsnRefused
from cspu.employers.dsn.problems import KEPT, Problem
from cspu.employers.dsn.scanning import Scan, read_through, scan
from cspu.employers.dsn.writing import message_lines, write_batch, write_message
from tests.employers.people import (
    MARCH,
    contract,
    declaration,
    employee,
    message,
    pay,
    payment,
    period,
)

Lines = list[str]


NO_CONTRACT = Exposure(factor="08", contract="99999", year=2026)
BACKWARDS = Suspension(reason="501", start=MARCH, end=date(2026, 2, 1))


def lines_of(sent: Message | None = None) -> Lines:
    return list(message_lines(sent or message()))


def read(lines: Sequence[str], *, encoding: str = "iso-8859-1", end: str = "\r\n") -> Scan:
    return read_through(io.BytesIO("".join(line + end for line in lines).encode(encoding)))


def problems(lines: Sequence[str]) -> tuple[Problem, ...]:
    return tuple(read(lines).findings.problems)


def line_of(lines: Lines, start: str) -> int:
    """The number of the first line that starts so, counted from 1."""
    return next(number for number, line in enumerate(lines, 1) if line.startswith(start))


def replaced(lines: Lines, rubric: str, value: str) -> tuple[Lines, int]:
    """The lines with another value for the first such rubric, and where it stands."""
    at = line_of(lines, rubric)
    return [*lines[: at - 1], f"{rubric},'{value}'", *lines[at:]], at


def retotalled(lines: Lines) -> Lines:
    """The same lines with a right number of rubrics."""
    return [
        f"S90.G00.90.001,'{len(lines)}'" if line.startswith("S90.G00.90.001") else line
        for line in lines
    ]


def without(lines: Lines, start: str) -> Lines:
    return retotalled([line for line in lines if not line.startswith(start)])


def test_a_sound_file_has_nothing_to_say() -> None:
    found = read(lines_of())
    assert found.findings.problem_count == 0
    assert found.findings.warning_count == 0
    assert [(d.head.month, d.persons) for d in found.declarations] == [(MARCH, 1)]


@pytest.mark.parametrize(
    ("rubric", "value", "shape", "reason"),
    [
        ("S21.G00.51.013", "12,50", "99,99", "un point et deux décimales"),
        ("S21.G00.51.013", "123456789012.00", "999999999999.99", "4 à 11 caractères, 15 lus"),
        ("S21.G00.40.001", "31022026", "8 chiffres", "existe au calendrier"),
        ("S21.G00.40.007", "77", "2 chiffres", "pas dans la liste"),
        ("S20.G00.05.005", "02032026", "8 chiffres", "01MMAAAA"),
        ("S21.G00.30.001", "3900375990001", "13 chiffres", "NIR de 13 caractères"),
        ("S21.G00.30.001", "2909", "4 chiffres", "13 caractères, 4 lus"),
        ("S21.G00.30.006", "32031990", "8 chiffres", "date de naissance"),
        ("S21.G00.30.010", "ÉPINAL", "AAAAAA", "lettres sans accent"),
        ("S21.G00.30.002", "Z" * 81, "A" * 24 + "… (81 caractères)", "1 à 80 caractères"),
    ],
)
def test_a_value_of_the_wrong_form_is_told_by_its_shape(
    rubric: str, value: str, shape: str, reason: str
) -> None:
    lines, at = replaced(lines_of(), rubric, value)
    (problem, *_) = problems(lines)
    assert (problem.line, problem.place, problem.shape.fr) == (at, rubric, shape)
    assert reason in problem.reason.fr
    assert value not in problem.sentence("fr")
    assert value not in problem.sentence("en")


def test_every_error_is_found_in_one_pass_in_file_order() -> None:
    lines, first = replaced(lines_of(), "S21.G00.30.006", "99999999")
    lines, second = replaced(lines, "S21.G00.40.008", "XX")
    lines, third = replaced(lines, "S21.G00.51.002", "2026-03-31")
    assert [problem.line for problem in problems(lines)] == [first, second, third]


@pytest.mark.parametrize(
    "line",
    [
        "S21.G00.30.003",
        "S21.G00.30.003,NOM",
        "S21.G00.30.003,'NOM",
        "n'importe quoi",
        "S21.G00.30,'X'",
    ],
)
def test_a_line_that_is_not_a_rubric(line: str) -> None:
    lines = lines_of()
    at = line_of(lines, "S21.G00.30.004")
    found = problems([*lines[: at - 1], line, *lines[at - 1 :]])
    assert found[0].line == at
    assert "entre apostrophes" in found[0].reason.fr


def test_a_line_too_long() -> None:
    lines, at = replaced(lines_of(), "S21.G00.40.006", "x" * 300)
    (problem,) = problems(lines)
    assert (problem.line, problem.reason.fr) == (at, "La ligne dépasse 256 caractères.")


@pytest.mark.parametrize("char", ["\x00", "\x07", "\x1b", "\x85", "\x9f"])
def test_a_control_character(char: str) -> None:
    lines, at = replaced(lines_of(), "S21.G00.40.006", f"Emploi{char}")
    (problem,) = problems(lines)
    assert problem.line == at
    assert "caractère de contrôle" in problem.reason.fr


def test_a_character_that_reverses_the_text_in_a_utf8_file() -> None:
    lines, at = replaced(lines_of(), "S21.G00.40.006", "Emploi \N{RIGHT-TO-LEFT OVERRIDE}é")
    (problem,) = read(lines, encoding="utf-8").findings.problems
    assert problem.line == at


@pytest.mark.parametrize(
    "missing",
    ["S21.G00.30.002", "S21.G00.40.001", "S21.G00.40.007", "S21.G00.40.009", "S20.G00.05.004"],
)
def test_a_required_rubric_is_missing(missing: str) -> None:
    found = problems(without(lines_of(), missing))
    assert missing in [problem.place for problem in found]


def test_an_empty_value_is_a_warning_unless_it_is_required() -> None:
    lines, at = replaced(lines_of(), "S21.G00.40.006", "")
    found = read(lines).findings
    assert [(w.line, w.shape.fr) for w in found.warnings] == [(at, "vide")]
    assert found.problem_count == 0
    lines, at = replaced(lines_of(), "S21.G00.30.002", " ")
    assert [problem.line for problem in problems(lines)] == [at]


@pytest.mark.parametrize(
    ("missing", "parent"),
    [("S21.G00.51", "S21.G00.50"), ("S21.G00.71", "S21.G00.40"), ("S10.G00.02", "S10.G00.00")],
)
def test_a_required_block_is_missing(missing: str, parent: str) -> None:
    lines = [line for line in lines_of() if not line.startswith((missing, "S21.G00.53"))]
    found = problems(retotalled(lines))
    assert any(p.place == parent and missing in p.reason.fr for p in found)


def test_a_block_out_of_place() -> None:
    lines = lines_of()
    at = line_of(lines, "S21.G00.30.001")
    stray = "S21.G00.53.001,'01'"
    found = problems([*lines[: at - 1], stray, *lines[at - 1 :]])
    assert found[0].line == at
    assert "pas à sa place" in found[0].reason.fr


def test_a_block_that_may_stand_only_once() -> None:
    lines = lines_of()
    at = line_of(lines, "S21.G00.11.001")
    again = retotalled([*lines[: at - 1], lines[at - 1], *lines[at - 1 :]])
    assert [(p.line, p.place) for p in problems(again)] == [(at + 1, "S21.G00.11")]


@pytest.mark.parametrize(("rubric", "value"), [("S90.G00.90.001", "12"), ("S90.G00.90.002", "2")])
def test_a_wrong_total(rubric: str, value: str) -> None:
    lines, at = replaced(lines_of(), rubric, value)
    (problem,) = problems(lines)
    assert (problem.line, problem.place) == (at, rubric)
    assert f"annoncé est {value}" in problem.reason.fr


def test_a_file_cut_short() -> None:
    lines = lines_of()
    found = problems(lines[:-2])
    assert found[-1].line == len(lines) - 2
    assert "tronqué" in found[-1].reason.fr


@pytest.mark.parametrize(
    ("change", "place", "reason"),
    [
        ({"nir": "2910375990001"}, "S21.G00.30.001", "année du NIR"),
        ({"nir": "2900375999999"}, "S21.G00.30.001", "ne se remplit pas de 9"),
        ({"nir": "290032A990001"}, "", ""),
        ({"nir": "2900320990001"}, "S21.G00.30.001", "corse"),
        ({"nir": ""}, "S21.G00.30.001", "ni NIR ni numéro technique"),
        ({"nir": "", "ntt": "9000123455000001"}, "S21.G00.30.020", "commence par le sexe"),
        ({"exposures": (NO_CONTRACT,)}, "S21.G00.34.002", "Aucun contrat"),
        ({"contracts": (contract(), contract())}, "S21.G00.40.009", "déjà celui"),
        ({"contracts": (contract(ended=date(2019, 1, 1)),)}, "S21.G00.62.001", "précède"),
        ({"contracts": (contract(planned_end=date(2015, 1, 1)),)}, "S21.G00.40.010", "précède"),
        (
            {"contracts": (contract(stops=(Stop(reason="01", last_worked=MARCH, back=MARCH),)),)},
            "S21.G00.60.010",
            "précède",
        ),
        (
            {"contracts": (contract(suspensions=(BACKWARDS,)),)},
            "S21.G00.65.003",
            "précède",
        ),
        (
            {"payments": (payment(pay(period=period(date(2010, 1, 1), date(2026, 1, 1)))),)},
            "S21.G00.51.002",
            "cinq ans",
        ),
    ],
)  # fmt: skip
def test_an_incoherent_person(change: dict[str, Any], place: str, reason: str) -> None:
    found = problems(lines_of(message(declaration(employee(**change)))))
    assert {problem.place for problem in found} == ({place} if place else set())
    assert all(reason in problem.reason.fr for problem in found)


def test_the_same_person_twice() -> None:
    lines = lines_of(message(declaration(employee(1), employee(2), employee(1))))
    people = [n for n, line in enumerate(lines, 1) if line.startswith("S21.G00.30.001")]
    (problem,) = problems(lines)
    assert problem.line == people[2]
    assert f"ligne {people[0]}" in problem.reason.fr


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"kind": "05", "nature": "07"}, "S20.G00.05.002"),
        ({"kind": "04", "replaces": (MARCH, 1)}, "S20.G00.05.002"),
        ({"kind": "03"}, "S20.G00.05.006"),
        ({"fraction": "31"}, "S20.G00.05.003"),
        ({"fraction": "12", "nature": "04"}, "S20.G00.05.003"),
    ],
)
def test_an_incoherent_head(change: dict[str, Any], place: str) -> None:
    found = problems(lines_of(message(declaration(employee(), **change))))
    assert place in [problem.place for problem in found]


def test_people_where_there_should_be_none_and_the_reverse() -> None:
    with_people = problems(lines_of(message(declaration(employee(), kind="02"))))
    assert "sans individu" in with_people[0].reason.fr
    without_people = problems(lines_of(message(declaration())))
    assert "aucune n'est déclarée" in without_people[0].reason.fr


def test_a_siret_with_a_wrong_check_digit() -> None:
    lines, at = replaced(lines_of(), "S21.G00.11.001", "00017")
    (problem,) = problems(lines)
    assert (problem.line, problem.place) == (at, "S21.G00.11.001")


# -- encodings, versions, envelope


@pytest.mark.parametrize("encoding", ["iso-8859-1", "utf-8", "utf-8-sig"])
@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_the_same_declaration_in_any_encoding(encoding: str, end: str) -> None:
    reference = read(lines_of()).declarations[0].content
    found = read(lines_of(), encoding=encoding, end=end)
    assert found.findings.problem_count == 0
    assert found.envelope.encoding == encoding
    assert found.declarations[0].content == reference


def test_an_apostrophe_inside_a_name() -> None:
    lines, _ = replaced(lines_of(), "S21.G00.30.002", "L'HARIDON D'OR")
    assert problems(lines) == ()


@pytest.mark.parametrize("norm", ["P24V01", "P25V01", "P26V01"])
def test_every_yearly_version_is_read(norm: str) -> None:
    assert read(lines_of(message(norm=norm))).findings.problem_count == 0


def test_lists_are_those_of_the_version() -> None:
    """Type of pay 027 exists in 2024 and is gone in 2026."""
    for norm, sound in {"P24V01": True, "P25V01": True, "P26V01": False}.items():
        lines, _ = replaced(lines_of(message(norm=norm)), "S21.G00.51.011", "027")
        assert (read(lines).findings.problem_count == 0) is sound


def test_the_next_version_is_read_with_a_warning() -> None:
    found = read(lines_of(message(norm="P27V01"))).findings
    assert found.problem_count == 0
    assert "P26V01" in found.warnings[0].reason.fr


def test_an_unknown_version_is_refused_at_once() -> None:
    with pytest.raises(DsnRefused) as caught:
        read(lines_of(message(norm="P12V01")))
    assert caught.value.code == "dsn_norm_unknown"
    assert caught.value.problems[0].line == 5


def test_what_the_norm_does_not_know_is_counted_and_kept() -> None:
    lines = lines_of()
    at = line_of(lines, "S21.G00.40.001")
    unknown = ["S21.G00.30.903,'SECRET'", "S21.G00.39.001,'A'", "S21.G00.39.002,'B'"]
    found = read(retotalled([*lines[: at - 1], *unknown, *lines[at - 1 :]]))
    assert found.findings.problem_count == 0
    assert dict(found.findings.unknown) == {
        "S21.G00.30.903": 1,
        "S21.G00.39.001": 1,
        "S21.G00.39.002": 1,
    }
    assert found.declarations[0].content != read(lines).declarations[0].content


def batch(*messages: Message, verdict: str = "DSNOK") -> Scan:
    stream = io.BytesIO()
    write_batch(stream, messages, verdict=verdict)
    return read_through(stream)


def test_a_batch_of_messages_counts_each_on_its_own() -> None:
    found = batch(message(norm="P24V01"), message(declaration(employee(2), month=date(2026, 4, 1))))
    assert found.findings.problem_count == 0
    assert [d.head.month for d in found.declarations] == [MARCH, date(2026, 4, 1)]
    assert dict(found.findings.unknown) == {}


def test_messages_the_routing_rejected_are_read_past() -> None:
    found = batch(message(declaration(employee(nir=""))), verdict="CT-KO")
    assert found.findings.problem_count == 0
    assert found.findings.warning_count == 2
    assert found.declarations == []


def test_a_batch_cut_short() -> None:
    stream = io.BytesIO()
    write_batch(stream, [message()])
    lines = stream.getvalue().decode("iso-8859-1").splitlines()
    assert "S95" in problems(lines[:-1])[-1].place


# -- limits


def test_errors_beyond_what_is_shown_are_counted() -> None:
    stray = ["S21.G00.30.003,NOM"] * (KEPT * 3)
    lines = lines_of()
    found = read([*lines[:30], *stray, *lines[30:]]).findings
    assert len(found.problems) == KEPT
    assert found.problem_count >= KEPT * 3


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "vide"),
        (b" \r\n \r\n", "vide"),
        (b"%PDF-1.7\n...", "PDF"),
        (b"PK\x03\x04....", "ZIP"),
        (b"\xff\xfeS\x001\x000\x00", "UTF-16"),
        (b"bonjour\n", "première ligne"),
        (b"S21.G00.30.001,'x'\n", "première ligne"),
        (b"\xef\xbb\xbfS10.G00.00.001,'\xe9'\n", "UTF-8"),
        (b"S10.G00.00.001,'" + b"x" * 400_000, "65 000"),
    ],
)
def test_what_is_not_a_declaration_is_said_so(content: bytes, word: str) -> None:
    with pytest.raises(DsnRefused) as caught:
        scan(io.BytesIO(content))
    assert word in caught.value.message.fr
    assert caught.value.next_step.fr


def test_too_many_blocks_for_one_person() -> None:
    lines = lines_of()
    at = line_of(lines, "S21.G00.51.001")
    many = ["S21.G00.34.001,'08'"] * 60_000
    with pytest.raises(DsnRefused, match="50000 blocks"):
        read([*lines[: at - 1], *many, *lines[at - 1 :]])


def test_a_refusal_carries_every_problem() -> None:
    stream = io.BytesIO()
    bad = employee(payments=(payment(pay(gross=Decimal(10**12))),))
    write_message(stream, message(declaration(bad)))
    with pytest.raises(DsnRefused) as caught:
        scan(stream)
    assert caught.value.problem_count == len(caught.value.problems) > 0


def test_a_problem_reads_as_a_sentence() -> None:
    lines, at = replaced(lines_of(), "S21.G00.30.006", "31021990")
    (problem,) = problems(lines)
    assert problem.sentence("fr").startswith(
        f"Ligne {at}, S21.G00.30.006 (date de naissance) : 8 chiffres. On attend"
    )
    assert problem.sentence("en").startswith(f"Line {at}, S21.G00.30.006 (birth date): 8 digits.")
