"""From codes to words: scopes, purposes, bases and lines of the journal, in the language of the page."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from cspu.kernel.ids import PersonId
from cspu.kernel.text import Lang
from cspu.trust.access import load_access
from cspu.trust.acts import act_label
from cspu.trust.door import COMMAND, OWN_ACCOUNT
from cspu.trust.journal import Basis, Line
from cspu.trust.sharing import Body, Consent, Mandate, Question
from cspu.web.dossier import dossier_in_sight
from cspu.web.wording import day

_ALWAYS = 12 * 150


@dataclass(frozen=True, slots=True)
class ScopeTold:
    """A scope in words; `held`: the kinds of things that lie there, None where it was not looked at."""

    key: str
    label: str
    shows: str
    held: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class ConsentTold:
    """A consent in words."""

    consent: Consent
    why: str
    scopes: tuple[ScopeTold, ...]


@dataclass(frozen=True, slots=True)
class LawTold:
    """What a legal basis shows a body."""

    label: str
    sentence: str
    reference: str
    assumed: bool
    scopes: tuple[ScopeTold, ...]


@dataclass(frozen=True, slots=True)
class BodyTold:
    """A body that sees by law."""

    body: Body
    laws: tuple[LawTold, ...]


@dataclass(frozen=True, slots=True)
class QuestionTold:
    """A question in words; `terms` are the days she may choose, the term asked the longest."""

    question: Question
    role: str
    why: str
    scopes: tuple[ScopeTold, ...]
    terms: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class MandateTold:
    """A mandate in words."""

    mandate: Mandate
    themes: tuple[str, ...]
    scopes: tuple[ScopeTold, ...]
    how: str


@dataclass(frozen=True, slots=True)
class LineTold:
    """A line of the journal, to read. Masked: `rule` and `until` in the place of everything else."""

    rank: int
    seen_at: datetime
    who: str
    role: str
    organisation: str
    did: str
    what: tuple[str, ...]
    why: str
    bases: tuple[str, ...]
    act: str
    herself: bool
    rule: str
    until: datetime | None


def scopes_told(keys: Iterable[str], lang: Lang) -> tuple[ScopeTold, ...]:
    """Scopes in the order of the table."""
    wanted = set(keys)
    return tuple(
        ScopeTold(scope.key, scope.label.in_(lang), scope.shows.in_(lang))
        for scope in load_access().scopes.values()
        if scope.key in wanted
    )


def preview(
    person_id: PersonId,
    keys: Collection[str],
    *,
    on: date,
    lang: Lang,
    visible: Collection[str] | None = None,
) -> tuple[ScopeTold, ...]:
    """The same with what really lies there today, as read in the sight that is open.

    `visible`: the scopes of that sight, where it is a helper's; nothing is said of the others.
    """
    looked = [key for key in keys if visible is None or key in visible]
    dossier = dossier_in_sight(person_id, looked, on=on, lang=lang, months_back=_ALWAYS)
    held = {part.scope: part.held for part in dossier.parts}
    if "identity" in held:
        held["identity"] = (_("vos noms et votre date de naissance"),)
    return tuple(
        ScopeTold(one.key, one.label, one.shows, held.get(one.key))
        for one in scopes_told(keys, lang)
    )


def consent_told(consent: Consent, lang: Lang) -> ConsentTold:
    """Why and what."""
    return ConsentTold(
        consent, purpose_told(consent.purpose, lang), scopes_told(consent.scopes, lang)
    )


def body_told(body: Body, lang: Lang) -> BodyTold:
    """On which basis, and what."""
    bases = load_access().bases
    return BodyTold(
        body,
        tuple(
            LawTold(
                bases[key].label.in_(lang),
                bases[key].sentence.in_(lang),
                bases[key].reference,
                bases[key].assumed,
                scopes_told(scopes, lang),
            )
            for key, scopes in body.bases
        ),
    )


def question_told(question: Question, lang: Lang) -> QuestionTold:
    """Who asks, why, what, and how long at most."""
    table = load_access()
    purpose, role = table.purposes.get(question.purpose), table.roles.get(question.role)
    offered = purpose.terms if purpose else ()
    terms = sorted({*(each for each in offered if each < question.days), question.days})
    return QuestionTold(
        question,
        role.label.in_(lang) if role else question.role,
        purpose_told(question.purpose, lang),
        scopes_told(question.scopes, lang),
        tuple(terms),
    )


def mandate_told(mandate: Mandate, lang: Lang) -> MandateTold:
    """On which themes, what that opens, and how it was given."""
    table = load_access()
    hows = {
        "online": _("en ligne, par vous"),
        "counter": _("au guichet"),
        "paper": _("sur papier signé"),
    }
    return MandateTold(
        mandate,
        tuple(
            theme.label.in_(lang) for key, theme in table.themes.items() if key in mandate.themes
        ),
        scopes_told(table.scopes_of_themes(mandate.themes), lang),
        hows[mandate.channel],
    )


def purpose_told(key: str, lang: Lang) -> str:
    """The sentence of a purpose."""
    if key == OWN_ACCOUNT:
        return _("Pour consulter ou gérer son propre compte.")
    if key == COMMAND:
        return _("Pour faire fonctionner le compte, par une commande inscrite ici.")
    purpose = load_access().purposes.get(key)
    return purpose.sentence.in_(lang) if purpose else key


def line_told(line: Line, lang: Lang, *, to_helper: bool = False) -> LineTold:
    """A line of the journal in words; `to_helper`: she who reads is not the person."""
    table = load_access()
    role = table.roles.get(line.role)
    if line.mask is not None:
        who = _("Un service que la loi permet de ne pas nommer encore")
    else:
        herself = _("La personne elle-même") if to_helper else _("Vous")
        who = herself if line.herself else line.actor_name
        if line.actor_kind == COMMAND:
            who = _("Qui fait fonctionner ce service")
    return LineTold(
        rank=line.rank,
        seen_at=line.seen_at,
        who=who,
        role=role.label.in_(lang) if role and not line.herself else "",
        organisation=line.organisation,
        did=_did(line.verb),
        what=_what(line.scopes, lang),
        why=purpose_told(line.purpose, lang) if line.purpose else "",
        bases=tuple(basis_told(basis, lang, to_helper=to_helper) for basis in line.bases),
        act=act_label(line.act).in_(lang) if line.act else "",
        herself=line.herself,
        rule=line.mask.in_(lang) if line.mask else "",
        until=line.masked_until,
    )


def _did(verb: str) -> str:
    return {
        "read": _("a regardé"),
        "act": _("a agi"),
        "answer": _("a répondu"),
        "ask": _("a posé une question"),
        "mandate": _("a enregistré un mandat"),
    }.get(verb, verb)


def _what(scopes: Sequence[str], lang: Lang) -> tuple[str, ...]:
    if "*" in scopes:
        return (_("tout le compte"),)
    return tuple(one.label for one in scopes_told(scopes, lang))


def basis_told(basis: Basis, lang: Lang, *, to_helper: bool = False) -> str:
    """Why it was allowed."""
    law = load_access().bases.get(basis.key)
    if basis.kind == "law" and law is not None:
        return f"{law.sentence.in_(lang)} ({law.reference})"
    if basis.kind in ("consent", "mandate") and basis.given_at is not None:
        words = {
            "consent": _("Accord donné le %(day)s."),
            "mandate": _("Mandat donné le %(day)s."),
        }
        return words[basis.kind] % {"day": day(basis.given_at.date())}
    return {
        "herself": _("C’est son compte.") if to_helper else _("C’est votre compte."),
        "consent": _("Accord donné."),
        "mandate": _("Mandat donné."),
        "code": _("Code donné de vive voix."),
        "counter": _("Mandat signé au guichet."),
        "paper": _("Mandat signé sur papier."),
        COMMAND: _("Commande réservée à qui fait fonctionner le service."),
    }.get(basis.kind, basis.kind)
