"""One of a crowd who act at once, in a process of its own, to be killed: a line on standard output per step.

python -m tests.economy.crowd SEED FIRST_STEP STEPS     (the world comes by standard input)

A step is drawn from its seed and number alone: whoever takes over from a dead process sends the very same act
again, and the auditor (`tests.economy.test_crowd`) knows what was asked without being told.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from random import Random
from typing import Any
from uuid import UUID

import psycopg

from cspu.kernel.ids import PersonId, computed_id
from cspu.ledger.errors import AccountBusy, FloorBroken, domain_error
from tests.economy.moving import moved
from tests.economy.purse import TODAY

COURSE, UNDONE, LEAVE = "training_course", "course_undone", "leave"
KINDS = ("use", "use", "end", "end", "convert", "give", "pass", "pass", "fund", "catch_up")
PRICES = {"c2p_to_training": ("c2p", "cpf", 500_00), "training_to_c2p": ("cpf", "c2p", 1)}
"""Two conversions that cross: what is taken, what is got, and how much of it for each taken."""
AMOUNTS = {
    "c2p_to_training": (1, 2, 3),
    "training_to_c2p": (500_00, 1000_00),
    "rest_days": (1_00, 2_00),
    "cpf": (200_00, 50_00, -90_00, -600_00),
}
_OPEN = "SELECT refusal FROM trust.open(%s, (%s, 'act', '{*}', 'own_account', 'crowd', TRUE)::trust.asking)"
_GONE = (psycopg.OperationalError, psycopg.InterfaceError)


@dataclass(frozen=True)
class World:
    """What every process is told."""

    web: str
    batch: str
    persons: Sequence[str]
    tokens: Sequence[str]
    codes: Sequence[str]
    firm: str
    school: str


@dataclass(frozen=True)
class Step:
    """One act of one person. `ends`: the use that it ends, by whose word; `amount` in smallest units."""

    name: UUID
    kind: str
    person: int
    what: str = ""
    amount: int = 0
    ends: UUID | None = None
    to: int = 0


def step(seed: int, number: int, persons: int) -> Step:
    """What a process does in that step."""
    random = Random(f"{seed} {number}")  # noqa: S311  drawn again by whoever takes over
    kind, who = random.choice(KINDS), random.randrange(persons)
    name = computed_id("crowd", seed, number)
    match kind:
        case "use":
            what = random.choice((COURSE, UNDONE, LEAVE))
            amount = random.randint(1, 4) * (50 if what == LEAVE else 30_00)
            return Step(name, kind, who, what, amount)
        case "end":
            return _end(name, random, who, list(_before(seed, number, persons)))
        case "pass":
            other = (who + random.randint(1, persons - 1)) % persons
            return Step(name, kind, who, "hours", random.randint(1, 8) * 25, to=other)
        case "catch_up":
            return Step(name, kind, who)
    what = {"convert": random.choice(sorted(PRICES)), "give": "rest_days", "fund": "cpf"}[kind]
    amount = random.choice(AMOUNTS[what])
    return Step(name, kind, who, what, amount)


def _end(name: UUID, random: Random, who: int, uses: list[Step]) -> Step:
    """A word on a use of before, where there is one."""
    if not uses:
        return Step(name, "catch_up", who)
    used = random.choice(uses)
    part = random.choice((used.amount, used.amount // 2, 0))
    return Step(name, "end", used.person, used.what, part, used.name)


def _before(seed: int, number: int, persons: int) -> Iterator[Step]:
    """The uses of the last steps of the same process that somebody's word ends."""
    for earlier in range(max(number - 12, 0), number):
        if Random(f"{seed} {earlier}").choice(KINDS) == "use":  # noqa: S311  as `step` draws it
            used = step(seed, earlier, persons)
            if used.what != LEAVE:
                yield used


def act(world: World, one: Step, web: psycopg.Connection, batch: psycopg.Connection) -> str:
    """Do it, in a transaction of its own; the refusal's code, or nothing when it is done."""
    person = world.persons[one.person]
    if one.kind == "fund":
        with batch.transaction():
            shielded = one.amount // 2 if one.amount > 0 else 0
            who = PersonId(UUID(person))
            moved(batch, str(one.name), who, "cpf", one.amount, unit="EUR", protected=shielded)
        return ""
    if one.kind == "end" and one.what == COURSE:
        with batch.transaction():
            said = batch.execute(
                "SELECT economy.settle_use(%s, %s, %s, 'school', %s)",
                (one.ends, world.school, one.amount, TODAY),
            ).fetchone()
        return (said or ("",))[0] or ""
    with web.transaction():
        asked = (world.tokens[one.person], person)
        assert web.execute(_OPEN, asked).fetchone() == (None,)
        for statement, values in _said(world, one):
            said = web.execute(statement.encode(), values).fetchone()
            if said and isinstance(said[0], str):
                return said[0]
    return ""


def _said(world: World, one: Step) -> Iterator[tuple[str, tuple[object, ...]]]:
    match one.kind:
        case "use":
            body = world.firm if one.what == LEAVE else world.school
            yield (
                "SELECT economy.use(%s, %s, %s, %s, 0, %s)",
                (one.name, one.what, body, one.amount, TODAY),
            )
        case "end":
            yield "SELECT economy.undo(%s, %s)", (one.ends, TODAY)
        case "convert":
            yield (
                "SELECT economy.quote(%s, %s, %s, %s)",
                (one.name, one.what, one.amount, TODAY),
            )
            yield "SELECT economy.convert(%s)", (one.name,)
        case "give":
            yield (
                "SELECT economy.give_days(%s, 'rest_days', %s, NULL, %s, %s)",
                (one.name, world.firm, one.amount, TODAY),
            )
        case "pass":
            code = sha256(world.codes[one.to].encode()).digest()
            yield (
                "SELECT economy.pass_hours(%s, %s, %s, %s)",
                (one.name, code, one.amount, TODAY),
            )
        case _:
            yield "SELECT economy.catch_up(%s, %s)", (world.persons[one.person], TODAY)


def tell(**said: object) -> None:
    """A line to whoever started this process."""
    print(json.dumps(said), flush=True)  # noqa: T201  read by the test


def connected(world: World) -> tuple[psycopg.Connection, psycopg.Connection]:
    """A request's connection and a command's; their backends are told, to be ended."""
    web, batch = (psycopg.connect(where, autocommit=True) for where in (world.web, world.batch))
    tell(backends=[web.info.backend_pid, batch.info.backend_pid])
    return web, batch


def main() -> None:
    """So many steps from one on; what was cut off, or met another writer, is sent again."""
    seed, first, steps = (int(each) for each in sys.argv[1:4])
    told: dict[str, Any] = json.load(sys.stdin)
    world = World(**told)
    web, batch = connected(world)
    for number in range(first, steps):
        one = step(seed, number, len(world.persons))
        while True:
            try:
                said = act(world, one, web, batch)
            except _GONE:
                tell(cut=number)
                web, batch = connected(world)
            except psycopg.Error as error:
                refused = domain_error(error)
                if isinstance(refused, AccountBusy):
                    tell(busy=number)
                elif isinstance(refused, FloorBroken):
                    said = "floor"
                    break
                else:
                    raise
            else:
                break
        tell(step=number, said=said)


def as_json(world: World) -> str:
    """How it is told to a process."""
    return json.dumps(asdict(world))


if __name__ == "__main__":
    main()
