"""What the desk's tests share: codes, questions, disputes, complaints."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from cspu.kernel.errors import CspuError
from cspu.kernel.ids import PersonId
from cspu.people.crypto import Keyring
from cspu.trust.corrections import (
    ask_correction,
)
from cspu.trust.desk import (
    Question,
)
from cspu.trust.door import Asking, opened
from tests.trust.crowd import Crowd

PDF = b"%PDF-1.7 a signed page"
RING = Keyring.of(b"k" * 32, b"p" * 32)
NIR = "2850575990001"
BORN = date(1985, 5, 4)


def code_of(error: pytest.ExceptionInfo[CspuError]) -> str:
    return error.value.code.removeprefix("trust.")


def a_code(crowd: Crowd, person: UUID, code: str = "ABCDEFGH") -> str:
    """A code she reads out."""
    crowd.ask(
        "INSERT INTO trust.code VALUES (sha256(convert_to(%s, 'UTF8')), %s, now(),"
        " now() + interval '10 minutes') RETURNING 1",
        code,
        person,
    )
    return code


def question(**more: Any) -> Question:
    values = {
        "request_id": uuid4(),
        "purpose": "career_guidance",
        "scopes": ["work"],
        "days": 30,
        "message": "Pour préparer notre rendez-vous.",
    }
    return Question(**(values | more))  # type: ignore[arg-type]


def disputed(crowd: Crowd, person: PersonId, agent: UUID, *, scope: str = "work") -> UUID:
    """She says that a fact told by the agent's body is wrong."""
    with opened(crowd.session("person", person), Asking(person, "correct", verb="act")):
        return ask_correction(
            uuid4(),
            crowd.organisation_of(agent),
            scope=scope,
            fact="Emploi, mars 2025",
            words="Je ne travaillais pas là.",
        )


def complained(crowd: Crowd, person: PersonId) -> UUID:
    """She says that a line of her journal is not right."""
    agent = crowd.agent("employer", name="Paul Durand")
    crowd.file(person, agent)
    with opened(
        crowd.session("agent", agent),
        Asking(person, "dossier", purpose="payroll_declaration", scopes=["work"]),
    ) as sight:
        pass
    grievance = uuid4()
    crowd.ask(
        "INSERT INTO trust.grievance VALUES (%s, %s, %s, 'Je ne le connais pas.', now(), 'person')"
        " RETURNING 1",
        person,
        grievance,
        sight.line,
    )
    return grievance
