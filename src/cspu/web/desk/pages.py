"""Which pages a role has at the desk: the table of access decides, not code."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cspu.economy.gifts import NeedKind, need_kinds
from cspu.kernel.ids import OrganisationId
from cspu.people.organisations import organisations
from cspu.trust.access import Verb, load_access
from cspu.trust.sessions import Actor

HELPER = "habilitated_helper"
OFFICER = "data_protection_officer"
ASKING = "asking"
ANSWERING = "answering"


@dataclass(frozen=True, slots=True)
class DeskPage:
    """A page of the desk, as the navigation names it. `here` is what its template says it is."""

    url: str
    here: str
    label: str | Promise


def _has(role: str, verb: Verb) -> bool:
    """Whether a role has that verb on some scope, in some region at least."""
    table = load_access()
    lines = table.roles[role].view if role in table.roles else ()
    return any(verb in line.verbs for line in lines) or any(
        each.role == role and each.verb is verb and each.allowed for each in table.settings
    )


def asks(role: str) -> bool:
    """Whether that role may ask people for their consent."""
    return _has(role, Verb.ASK)


def answers(role: str) -> bool:
    """Whether that role answers correction requests."""
    return _has(role, Verb.ANSWER)


def helps(role: str) -> bool:
    """Whether that role records mandates and acts within them."""
    return role == HELPER


def officer(role: str) -> bool:
    """Whether that role reads complaints."""
    return role == OFFICER


def needs_of(role: str) -> list[NeedKind]:
    """The needs that this role certifies: the texts of law say which."""
    return [each for each in need_kinds() if role in each.certifiers]


def certifies(role: str) -> bool:
    """Whether that role certifies needs."""
    return bool(needs_of(role))


def pages_of(role: str) -> Iterator[DeskPage]:
    """The pages of a role, in the order of the navigation."""
    yield DeskPage("desk", "desk", _("Mon bureau"))
    if helps(role):
        yield DeskPage("desk_mandate", "desk_mandate", _("Mandats"))
    if asks(role):
        yield DeskPage("desk_questions", "desk_questions", _("Demandes"))
    if answers(role):
        yield DeskPage("desk_corrections", "desk_corrections", _("Corrections"))
    if certifies(role):
        yield DeskPage("desk_need", "desk_need", _("Attester un besoin"))
    if officer(role):
        yield DeskPage("desk_complaints", "desk_complaints", _("Réclamations"))
    yield DeskPage("desk_colleagues", "desk_colleagues", _("Codes perdus"))


def region_of(agent: Actor) -> str:
    """The region of the agent's body; empty where it has none."""
    known = organisations([OrganisationId(agent.organisation_id)] if agent.organisation_id else [])
    return known[0].region if known else ""
