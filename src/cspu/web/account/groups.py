"""Kinds of activity as they are drawn: one colour and one sign each, never colour alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Group:
    """A kind of activity. `code` names its colour and its sign in the style sheet and sprite."""

    code: str
    label: str | Promise


WORK = Group("work", _("Travail"))
LEARNING = Group("learning", _("Études et formation"))
SEARCH = Group("search", _("Recherche d’emploi"))
CARE = Group("care", _("Enfants et proches"))
HEALTH = Group("health", _("Santé"))
ENGAGEMENT = Group("engagement", _("Engagement"))
RETIREMENT = Group("retirement", _("Retraite"))
OTHER = Group("other", _("Autre situation"))

OF_STATUS: Mapping[str, Group] = {
    "employment": WORK,
    "self_employment": WORK,
    "platform_work": WORK,
    "public_service": WORK,
    "sheltered_work": WORK,
    "apprenticeship": LEARNING,
    "study": LEARNING,
    "training": LEARNING,
    "unemployment": SEARCH,
    "maternity_leave": CARE,
    "parental_leave": CARE,
    "carer_leave": CARE,
    "caregiving": CARE,
    "sick_leave": HEALTH,
    "work_accident_leave": HEALTH,
    "volunteering": ENGAGEMENT,
    "civic_service": ENGAGEMENT,
    "military_reserve": ENGAGEMENT,
    "firefighter_volunteer": ENGAGEMENT,
    "apprentice_mentoring": ENGAGEMENT,
    "retirement": RETIREMENT,
    "unpaid_leave": OTHER,
    "disability": OTHER,
    "abroad": OTHER,
}


def group_of(status: str) -> Group:
    """The kind a status belongs to; a status not known here is `other`, still drawn."""
    return OF_STATUS.get(status, OTHER)
