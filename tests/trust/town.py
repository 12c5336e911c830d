"""Everybody who reads about two persons, each with a browser, and what reading each screen must leave.

`SCREENS` says how each address is reached, by whom, and which lines reading it leaves: who, through which
act, why, what.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from cspu.economy import conversions, uses
from cspu.entitlement.operations import settle_person
from cspu.kernel.ids import PersonId
from cspu.trust.door import Asking, opened
from tests.economy.purse import Purse
from tests.people.conftest import as_role
from tests.trust.crowd import Crowd

DAY = date(2026, 1, 31)
RIGHT = "cpf"
_WORDS = {"rule": "c2p_to_training", "use": "training_course"}
OPENED = ("work", "training")
"""What both helpers' mandates open."""
HELPERS = ("herself", "relative", "habilitated_helper")
ACTING = {"relative", "habilitated_helper"}
Line = tuple[UUID, UUID, str, str, str, tuple[str, ...]]
"""Whose journal, who looked, through which act, to do what, why, and which scopes."""


@dataclass
class Life:
    """A person, and one of everything that an address may name."""

    person: PersonId
    browser: Client
    ids: dict[str, UUID] = field(default_factory=dict)


@dataclass
class Town:
    """Everybody who reads: persons, agents, a relative; each with a browser that is logged in."""

    crowd: Crowd
    lives: list[Life] = field(default_factory=list)
    agents: dict[str, tuple[UUID, Client]] = field(default_factory=dict)
    relative: tuple[UUID, Client] | None = None


@dataclass(frozen=True)
class Screen:
    """Who reads it, what its address needs, which lines it leaves.

    `readers`: "herself", whoever acts for her ("relative", "habilitated_helper"), or an agent's role.
    `ids`: what the address names of hers. `everybody`: it lists people, and leaves a line for each.
    `verb`, `purpose`, `scopes`: of an agent's own screen; others follow from who reads.
    """

    act: str
    readers: tuple[str, ...] = ("herself",)
    verb: str = "read"
    purpose: str = ""
    scopes: tuple[str, ...] = ()
    ids: Mapping[str, str] = field(default_factory=dict)
    right: bool = False
    everybody: bool = False
    query: str = ""

    def line(self, person: UUID, reader: str, actor: UUID) -> Line:
        """What the journal must say of it."""
        if self.purpose:
            why, what = self.purpose, self.scopes
        elif reader == "herself":
            why, what = "own_account", ("*",)
        else:
            why, what = "mandate", OPENED
        return person, actor, self.act, self.verb, why, tuple(sorted(what))


SCREENS: Mapping[str, Screen] = {
    "account": Screen("account"),
    "tile": Screen("right", right=True),
    "life": Screen("life"),
    "corrections": Screen("corrections", HELPERS),
    "correction_new": Screen("correction_choose", HELPERS, ids={"fact": "fact"}),
    "documents": Screen("documents"),
    "prove": Screen("proof_form", right=True),
    "proof": Screen("proof", ids={"proof_id": "proof"}),
    "sharing": Screen("sharing", HELPERS),
    "consent": Screen("consent_look", HELPERS, ids={"consent_id": "consent"}),
    "question": Screen("question", HELPERS, ids={"request_id": "request"}),
    "consent_choose": Screen("consent_choose", HELPERS),
    "code": Screen("sharing", HELPERS),
    "help": Screen("help"),
    "entrust": Screen("mandate_choose"),
    "mandate": Screen("mandate_look", ids={"mandate_id": "mandate"}),
    "mandate_proof": Screen("mandate_proof", ids={"document_id": "document"}),
    "helped": Screen("helped", HELPERS[1:]),
    "journal": Screen("journal", HELPERS, query="?tous=1"),
    "grievance": Screen("journal", HELPERS, ids={"rank": "line"}),
    "economy": Screen("economy", HELPERS),
    "convert": Screen("convert_choose", HELPERS, ids={"rule": "rule"}),
    "quote": Screen("convert_look", HELPERS, ids={"quote_id": "quote"}),
    "debt": Screen("debt_look", HELPERS, ids={"debt_id": "debt"}),
    "receipt": Screen("receipt", HELPERS, ids={"act_id": "quote"}),
    "use": Screen("use_choose", HELPERS, ids={"use": "use"}),
    "used": Screen("use_read", HELPERS, ids={"act_id": "used"}),
    "give": Screen("give"),
    "calls": Screen("calls"),
    "time_bank": Screen("time_bank"),
    "notice_new": Screen("time_bank"),
    "notice_answer": Screen("time_bank", ids={"notice_id": "notice"}),
    "exchange": Screen("exchange", ids={"exchange_id": "exchange"}),
    "pass_hours": Screen("pass_hours"),
    "top_ups": Screen("top_ups", HELPERS),
    "journal_usages": Screen("journal_api", HELPERS, query="?own=1"),
    "journal_period": Screen("journal_api", HELPERS),
    "desk": Screen(
        "roster",
        ("career_adviser",),
        purpose="career_guidance",
        scopes=("identity",),
        everybody=True,
    ),
    "desk_dossier": Screen(
        "dossier",
        ("career_adviser",),
        purpose="career_guidance",
        scopes=("identity", "work"),
    ),
    "desk_correction": Screen(
        "correction",
        ("employer",),
        verb="answer",
        purpose="correction",
        scopes=("work",),
        ids={"correction_id": "correction"},
    ),
    "desk_complaint": Screen(
        "complaint",
        ("data_protection_officer",),
        purpose="complaint",
        ids={"grievance_id": "grievance"},
    ),
}
"""Reading it once shows a person's data, and leaves the lines said."""

ABOUT_NOBODY: Mapping[str, str] = {
    "login": "herself",
    "login_back": "herself",
    "second_factor": "herself",
    "openings": "herself",
    "desk_colleagues": "habilitated_helper",
    "stronger": "herself",
    "goodbye": "herself",
    "proof_check": "herself",
    "proof_withdrawals": "herself",
    "proof_keys": "herself",
    "proof_issuer": "herself",
    "journal_heartbeat": "herself",
    "desk_questions": "career_adviser",
    "desk_ask": "career_adviser",
    "desk_need": "dependency_actor",
    "desk_mandate": "habilitated_helper",
    "desk_mandate_print": "habilitated_helper",
    "desk_corrections": "employer",
    "desk_complaints": "data_protection_officer",
}
"""Reading it shows nobody's data: forms, lists without a name or a fact, keys. It leaves no line."""

OTHERWISE_ANSWERED = {"login_back": 409, "second_factor": 302}
"""Of those: no log-in was under way, and a person needs no code."""

SENT_ALONE = {
    "login_leave",
    "logout",
    "export",
    "statement",
    "correction_send",
    "correction_reply",
    "proof_make",
    "proof_withdraw",
    "consent_give",
    "convert_execute",
    "use_confirm",
    "use_undo",
    "gift_send",
    "gift_take_back",
    "call_end",
    "notice_end",
    "exchange_propose",
    "exchange_confirm",
    "hours_send",
    "hours_back",
    "kin_code",
    "federation_messages",
    "federation_statement",
    "debt_contest",
    "debt_give_back",
    "act_for",
    "act_for_oneself",
    "set_language",
}
"""Answers no reading (GET): what they write down is the matter of their own tests."""


def build_town(crowd: Crowd, settings: Settings) -> Town:
    """Two persons of whom everything is known, made by the owner under the law in force."""
    settings.CSPU_TODAY = DAY
    # As if a named command had last settled that day: it is the day on which the town acts.
    crowd.ask("INSERT INTO entitlement.horizon VALUES (%s, now()) RETURNING 1", DAY)
    town = Town(crowd)
    for role in (
        *("career_adviser", "employer", "data_protection_officer", "habilitated_helper"),
        "dependency_actor",
    ):
        agent = crowd.agent(role)
        town.agents[role] = (agent, browser(settings, crowd.session("agent", agent, strong=True)))
    crowd.employer = crowd.organisation_of(town.agents["employer"][0])
    relative = crowd.person(name="PROCHE")
    token = crowd.session("person", relative, strong=True)
    town.relative = (relative, browser(settings, token))
    for name in ("MARCHAND", "BERNARD"):
        person = crowd.person(name=name)
        life = Life(person, browser(settings, crowd.session("person", person)))
        fill(town, life)
        town.lives.append(life)
        for reader in SCREENS["helped"].readers:
            read(town, life, "helped", reader)
    return town


def browser(settings: Settings, token: str) -> Client:
    client = Client()
    client.cookies[settings.CSPU_SESSION_COOKIE] = token
    return client


def fill(town: Town, life: Life) -> None:
    """One of everything that an address may name."""
    crowd, person = town.crowd, life.person
    adviser = town.agents["career_adviser"][0]
    assert town.relative is not None
    crowd.file(person, adviser)
    life.ids = {
        "consent": crowd.consent(person, adviser, "career_guidance", "work"),
        "mandate": crowd.mandate(person, town.relative[0], "person", "work_training"),
        "structure": crowd.mandate(
            person,
            crowd.organisation_of(town.agents["habilitated_helper"][0]),
            "organisation",
            "work_training",
        ),
    } | {each: uuid4() for each in ("request", "correction", "grievance", "document", "proof")}
    ((life.ids["fact"],),) = crowd.ask(
        "SELECT spell_id FROM lifecourse.spell"
        " WHERE person_id = %s AND organisation_id = %s AND status = 'employment'",
        person,
        crowd.employer,
    )
    statements: list[tuple[str, tuple[Any, ...]]] = [
        (
            (
                "INSERT INTO trust.request VALUES"
                " (%s, %s, %s, %s, 'career_guidance', '{training}', 30, '', now())"
            ),
            (person, life.ids["request"], crowd.organisation_of(adviser), adviser),
        ),
        (
            (
                "INSERT INTO trust.correction VALUES"
                " (%s, %s, %s, 'work', 'status:employment', 'person', now())"
            ),
            (person, life.ids["correction"], crowd.employer),
        ),
        (
            (
                "INSERT INTO trust.correction_move VALUES"
                " (%s, %s, 1, now(), 'person', 'Alice', 'asked', 'Non.')"
            ),
            (person, life.ids["correction"]),
        ),
        (
            "INSERT INTO trust.grievance VALUES (%s, %s, 1, 'Qui ?', now(), 'person')",
            (person, life.ids["grievance"]),
        ),
        (
            (
                "INSERT INTO trust.document VALUES"
                " (%s, %s, 'image/png', sha256('x'), 'x', now(), 'agent')"
            ),
            (person, life.ids["document"]),
        ),
    ]
    for statement, values in statements:
        crowd.ask(f"{statement} RETURNING 1", *values)
    with crowd.connected() as owner:
        # The crowd's accounts hold no movement: hers are those that settling makes.
        owner.execute("ALTER TABLE ledger.account DISABLE TRIGGER USER")
        owner.execute("DELETE FROM ledger.account WHERE person_id = %s", [person])
        owner.execute("ALTER TABLE ledger.account ENABLE TRIGGER USER")
    spend(town, life)
    sent = {"show": ["holder"], "shown_to": "Une agence", "proof_id": str(life.ids["proof"])}
    made = life.browser.post(reverse("proof_make", args=[RIGHT]), sent)
    assert made.status_code == 302, made.content.decode()


def spend(town: Town, life: Life) -> None:
    """She turned six prevention points into training, and owes one of those she still has."""
    crowd, person = town.crowd, life.person
    # Settled first: what is given after it, no page has news to work out again for.
    settle_person(person, as_of=DAY)
    Purse(crowd.database).give(person, "c2p", 30, unit="c2p_point")
    asking = Asking(person, "convert", verb="act", strong=True)
    with (
        as_role(crowd.database, "web"),
        opened(crowd.session("person", person, strong=True), asking),
    ):
        life.ids["quote"] = conversions.quote(uuid4(), "c2p_to_training", 6, on=DAY)
        conversions.convert(life.ids["quote"])
    adviser = crowd.organisation_of(town.agents["career_adviser"][0])
    with as_role(crowd.database, "batch"):
        uses.accredit("training_course", adviser, since=date(2025, 1, 1))
    with (
        as_role(crowd.database, "web"),
        opened(crowd.session("person", person, strong=True), asking),
    ):
        life.ids["used"] = uses.use(uuid4(), "training_course", adviser, 100_00, added=0, on=DAY)
    assert town.relative is not None
    life.ids |= {"notice": uuid4(), "exchange": uuid4()}
    for notice, whose in ((life.ids["notice"], town.relative[0]), (uuid4(), person)):
        crowd.ask(
            "INSERT INTO economy.notice SELECT %s, %s, 'help_hours', 'offer', community, FALSE,"
            " 'Lou', 'Des cours', now(), '2026-06-30' FROM economy.community LIMIT 1 RETURNING 1",
            whose,
            notice,
        )
    crowd.ask(
        "INSERT INTO economy.exchange SELECT %s, %s, %s, %s, TRUE, community, FALSE, 'Lou', 'Al', now()"
        " FROM economy.community LIMIT 1 RETURNING 1",
        *(life.ids["exchange"], life.ids["notice"], town.relative[0], person),
    )
    life.ids["debt"] = uuid4()
    crowd.ask(
        "INSERT INTO entitlement.debt SELECT person_id, %s, right_id, account_id, unit,"
        " debit_account_id, counterparty, 1, 1, 'facts_changed', version, period_start, period_end,"
        " period_end, now() FROM ledger.transfer WHERE person_id = %s AND right_id = 'c2p' LIMIT 1"
        " RETURNING 1",
        life.ids["debt"],
        person,
    )


def reader_of(town: Town, life: Life, reader: str) -> tuple[UUID, Client]:
    """Who reads, and her browser; what she chooses by a form before reading is chosen."""
    if reader == "herself":
        return life.person, life.browser
    assert town.relative is not None
    actor, client = town.relative if reader == "relative" else town.agents[reader]
    if reader in ACTING:
        chosen: dict[str, Any] = {"personne": str(life.person), "portee": OPENED}
        sent = client.post(reverse("act_for"), chosen)
    else:
        chosen = {"person": str(life.person), "purpose": "career_guidance"}
        sent = client.post(reverse("desk_dossier"), chosen)
    assert sent.status_code == 302, sent.content.decode()
    return actor, client


def read(town: Town, life: Life, name: str, reader: str) -> list[Line]:
    """Read one screen about her; the lines that this must leave."""
    screen = SCREENS[name]
    actor, client = reader_of(town, life, reader)
    arguments: dict[str, Any] = {key: life.ids.get(what, 1) for key, what in screen.ids.items()}
    arguments |= {key: word for key, word in _WORDS.items() if key in arguments}
    if "rank" in arguments:
        arguments["rank"] = a_line(town, life, actor)
    if screen.right:
        arguments["right_id"] = RIGHT
    answer = client.get(reverse(name, kwargs=arguments) + screen.query)
    assert answer.status_code == 200, (name, reader, answer.status_code, answer.headers)
    b"".join(answer) if answer.streaming else answer.content
    about = town.lives if screen.everybody else [life]
    return [screen.line(each.person, reader, actor) for each in about]


def a_line(town: Town, life: Life, actor: UUID) -> int:
    """A line of her journal that this reader may see: one of his own."""
    ((rank,),) = town.crowd.ask(
        "SELECT min(rank) FROM trust.access WHERE person_id = %s AND actor_id = %s",
        life.person,
        actor,
    )
    return int(rank)


def lines(town: Town) -> Counter[Line]:
    found = town.crowd.ask(
        "SELECT person_id, actor_id, act, verb, purpose, scopes FROM trust.access"
    )
    return Counter((*row[:5], tuple(sorted(row[5]))) for row in found)
