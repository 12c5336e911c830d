"""The writer: valid DSN messages from plain values (demonstration, benches, tests).

ISO-8859-1, CRLF, right totals, one pass, nothing held: employees may come from a generator.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import BinaryIO

from cspu.employers.dsn.contributions import contribution_lines
from cspu.employers.dsn.dates import write_date
from cspu.employers.dsn.declared import Contract, Declaration, Employee, Message, Pay, Payment

_KINDS_OF_PAY = ("001", "002", "003", "010")
_ENCODING = "iso-8859-1"

Rubric = tuple[str, str]


def write_message(stream: BinaryIO, message: Message) -> int:
    """Write one bare message; gives the number of lines."""
    count = 0
    for text in message_lines(message):
        stream.write(f"{text}\r\n".encode(_ENCODING))
        count += 1
    return count


def write_batch(stream: BinaryIO, messages: Iterable[Message], *, verdict: str = "DSNOK") -> None:
    """Write messages inside the routing envelope (lot) that bodies receive."""
    stream.writelines(f"{text}\r\n".encode(_ENCODING) for text in _batch_lines(messages, verdict))


def message_lines(message: Message) -> Iterator[str]:
    """The lines of a message, without their ends."""
    count, declarations = 0, 0
    for code, value in _message(message):
        count += 1
        declarations += code == "S20.G00.05.001"
        yield f"{code},'{value}'"
    yield f"S90.G00.90.001,'{count + 2}'"
    yield f"S90.G00.90.002,'{declarations}'"


def _batch_lines(messages: Iterable[Message], verdict: str) -> Iterator[str]:
    yield "S05.G51.00.001,'V01R02'"
    yield "S05.G51.00.002,'1'"
    yield f"S06.G51.00.001,'{verdict}'"
    count = 0
    for message in messages:
        count += 1
        yield from message_lines(message)
    yield f"S96.G51.00.001,'{count}'"
    yield "S95.G51.00.001,'1'"


def _block(block: str, *rubrics: tuple[str, str | None]) -> Iterator[Rubric]:
    """The rubrics of one block; those without a value are left out."""
    return ((f"{block}.{number}", value) for number, value in rubrics if value)


def _message(message: Message) -> Iterator[Rubric]:
    yield from _block(
        "S10.G00.00",
        ("001", "CSPU"),
        ("002", "FICTIF"),
        ("003", "1.0"),
        ("005", "01" if message.test else "02"),
        ("006", message.norm),
        ("007", "01"),
        ("008", "01"),
    )
    written = False
    for declaration in message.declarations:
        if not written:
            yield from _sender(declaration)
            written = True
        yield from _declaration(declaration)


def _sender(declaration: Declaration) -> Iterator[Rubric]:
    siret, town = declaration.employer.siret, declaration.employer.locality
    yield from _block(
        "S10.G00.01",
        ("001", siret[:9]),
        ("002", siret[9:]),
        ("003", "ETABLISSEMENT FICTIF"),
        ("004", "1 RUE IMAGINAIRE"),
        ("005", "75012"),
        ("006", town),
    )
    yield from _block(
        "S10.G00.02",
        ("001", "02"),
        ("002", "CONTACT FICTIF"),
        ("004", "contact@exemple.invalid"),
        ("005", "0100000000"),
    )


def _declaration(declaration: Declaration) -> Iterator[Rubric]:
    employer = declaration.employer
    siren, nic = employer.siret[:9], employer.siret[9:]
    yield from _block(
        "S20.G00.05",
        ("001", declaration.nature),
        ("002", declaration.kind),
        ("003", declaration.fraction),
        ("004", str(declaration.order)),
        ("005", write_date(declaration.month)),
        ("006", _replaced(declaration)),
        ("007", write_date(declaration.built)),
        ("008", declaration.scope),
        ("010", "01"),
    )
    yield from _block(
        "S20.G00.07",
        ("001", "CONTACT FICTIF"),
        ("002", "0100000000"),
        ("003", "contact@exemple.invalid"),
        ("004", "08"),
    )
    yield from _block(
        "S21.G00.06",
        ("001", siren),
        ("002", nic),
        ("003", employer.ape),
        ("004", "1 RUE IMAGINAIRE"),
        ("005", "75012"),
        ("006", employer.locality),
        ("015", employer.idcc),
    )
    yield from _block(
        "S21.G00.11",
        ("001", nic),
        ("002", employer.ape),
        ("003", "1 RUE IMAGINAIRE"),
        ("004", "75012"),
        ("005", employer.locality),
        ("022", employer.idcc),
    )
    for employee in declaration.employees:
        yield from _employee(employee, declaration)


def _replaced(declaration: Declaration) -> str | None:
    if declaration.replaces is None:
        return None
    day, order = declaration.replaces
    return f"{write_date(day)}{order}"


def _employee(employee: Employee, declaration: Declaration) -> Iterator[Rubric]:
    department = employee.nir[5:7] if employee.nir else "75"
    yield from _block(
        "S21.G00.30",
        ("001", employee.nir),
        ("002", employee.birth_name),
        ("004", employee.given_names),
        ("005", "02" if employee.female else "01"),
        ("006", write_date(employee.birth_date)),
        ("007", "LIEU FICTIF"),
        ("008", "2 RUE IMAGINAIRE"),
        ("009", "75012"),
        ("010", "VILLE FICTIVE"),
        ("014", department),
        ("015", "FR"),
        ("019", employee.staff_number),
        ("020", employee.ntt),
        ("024", employee.education_level),
    )
    if employee.former_nir:
        yield from _block(
            "S21.G00.31", ("001", write_date(declaration.month)), ("008", employee.former_nir)
        )
    for exposure in employee.exposures:
        yield from _block(
            "S21.G00.34",
            ("001", exposure.factor),
            ("002", exposure.contract),
            ("003", str(exposure.year)),
        )
    for contract in employee.contracts:
        yield from _contract(contract, declaration)
    for rank, payment in enumerate(employee.payments, start=1):
        yield from _payment(payment, rank, declaration)


def _contract(contract: Contract, declaration: Declaration) -> Iterator[Rubric]:
    part_time = contract.quota < contract.full_time
    yield from _block(
        "S21.G00.40",
        ("001", write_date(contract.start)),
        ("002", contract.category),
        ("003", "04"),
        ("004", "543b"),
        ("006", contract.title),
        ("007", contract.nature),
        ("008", contract.scheme),
        ("009", contract.number),
        ("010", _day(contract.planned_end)),
        ("011", "10"),
        ("012", _number(contract.full_time)),
        ("013", _number(contract.quota)),
        ("014", "20" if part_time else "10"),
        ("016", "99"),
        ("017", declaration.employer.idcc),
        ("018", "200"),
        ("019", declaration.employer.siret),
        ("020", "200"),
        ("024", "99"),
        ("026", "99"),
        ("036", "01"),
        ("037", "01"),
        ("039", "200"),
        ("040", "721ZA"),
        ("043", "0.70"),
    )
    if contract.former_number or contract.former_start:
        yield from _block(
            "S21.G00.41",
            ("001", write_date(declaration.month)),
            ("014", contract.former_number),
            ("021", _day(contract.former_start)),
        )
    for stop in contract.stops:
        yield from _block(
            "S21.G00.60",
            ("001", stop.reason),
            ("002", write_date(stop.last_worked)),
            ("003", _day(stop.planned_end)),
            ("010", _day(stop.back)),
            ("011", "01" if stop.back else None),
        )
    if contract.ended:
        yield from _block(
            "S21.G00.62",
            ("001", write_date(contract.ended)),
            ("002", contract.end_reason),
            ("006", write_date(contract.ended)),
        )
        if declaration.nature == "07":
            yield from _block("S21.G00.63", ("001", "90"))
    for suspension in contract.suspensions:
        yield from _block(
            "S21.G00.65",
            ("001", suspension.reason),
            ("002", write_date(suspension.start)),
            ("003", _day(suspension.end)),
        )
    yield from _block("S21.G00.71", ("002", "RUAA"))


def _payment(payment: Payment, rank: int, declaration: Declaration) -> Iterator[Rubric]:
    gross = sum((pay.gross for pay in payment.pays), Decimal(0))
    net = _number(gross * Decimal("0.8"))
    yield from _block(
        "S21.G00.50",
        ("001", write_date(payment.paid_on)),
        ("002", net),
        ("003", f"{rank:02d}"),
        ("004", net),
        ("006", "0.00"),
        ("007", "13"),
        ("008", "-1"),
        ("009", "0.00"),
    )
    for pay in payment.pays:
        for kind in _KINDS_OF_PAY:
            yield from _pay(pay, kind)
    for pay in payment.pays:
        if pay.net_social is not None:
            yield from _block(
                "S21.G00.58", *_period(pay), ("003", "03"), ("004", _number(pay.net_social))
            )
    if declaration.with_contributions:
        for pay in payment.pays:
            yield from contribution_lines(pay)


def _pay(pay: Pay, kind: str) -> Iterator[Rubric]:
    yield from _block(
        "S21.G00.51",
        *_period(pay),
        ("010", pay.contract),
        ("011", kind),
        ("013", _number(pay.gross)),
    )
    if kind == "001":
        yield from _block(
            "S21.G00.53", ("001", "01"), ("002", _number(Decimal(pay.period.days))), ("003", "40")
        )
    if kind == "002":
        yield from _block("S21.G00.53", ("001", "01"), ("002", _number(pay.hours)), ("003", "10"))
        if pay.absent_hours:
            yield from _block(
                "S21.G00.53", ("001", "02"), ("002", _number(pay.absent_hours)), ("003", "10")
            )


def _period(pay: Pay) -> tuple[tuple[str, str], tuple[str, str]]:
    return ("001", write_date(pay.period.start)), ("002", write_date(pay.period.end))


def _day(day: date | None) -> str | None:
    return write_date(day) if day else None


def _number(value: Decimal) -> str:
    return f"{value:.2f}"
