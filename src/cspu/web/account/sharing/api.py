"""The journal for programs: period, usages, heartbeat; the same session, the same door, JSON.

In the manner of Estonia's data tracker: a portal may gather who used a person's data in several
systems. An error has a stable code and a sentence in both languages.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from http import HTTPStatus

from django.db import Error, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cspu.kernel.errors import CspuError
from cspu.kernel.text import Lang, Text
from cspu.trust.access import load_access
from cspu.trust.acts import act_label
from cspu.trust.door import opened
from cspu.trust.errors import SessionOver, door_closed
from cspu.trust.journal import Line, begins, journal
from cspu.web.account.sharing.telling import basis_told
from cspu.web.language import language_of
from cspu.web.session import asking_of, token_of

PAGE, FARTHEST = 100, 10_000
_Answer = Callable[[HttpRequest], HttpResponse]


class QueryUnreadable(CspuError):
    """A parameter that is not what it should be."""

    def __init__(self, name: str) -> None:
        super().__init__(
            "journal.query_unreadable",
            Text(fr=f"Le paramètre {name} est illisible.", en=f"Cannot read parameter {name}."),
            Text(
                fr="from et to sont des dates ISO 8601 avec fuseau ; offset, un entier de 0 à 10000.",
                en="from and to are ISO 8601 moments with a zone; offset, an integer from 0 to 10000.",
            ),
        )


def _through_the_door(view: _Answer) -> _Answer:
    """Inside the door, as any page; what is refused is said in JSON."""

    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        asking = asking_of(request, "journal_api")
        if asking is None:
            return _error(door_closed("session_over"), HTTPStatus.UNAUTHORIZED)
        try:
            with opened(token_of(request), asking):
                return view(request)
        except QueryUnreadable as error:
            return _error(error, HTTPStatus.BAD_REQUEST)
        except SessionOver as error:
            return _error(error, HTTPStatus.UNAUTHORIZED)
        except CspuError as error:
            return _error(error, HTTPStatus.FORBIDDEN)

    return never_cache(require_safe(guarded))


@_through_the_door
def usages(request: HttpRequest) -> HttpResponse:
    """Uses of her data by others between two moments, latest first; her own with `own=1`."""
    offset, lang = _offset(request), language_of(request)
    page = journal(
        since=_moment(request, "from"),
        upto=_moment(request, "to"),
        others_only=request.GET.get("own") != "1",
        most=offset + PAGE,
    )
    following = offset + PAGE
    return JsonResponse(
        {
            "usages": [_usage(line, lang) for line in page.lines[offset:]],
            "offset": offset,
            "next": following if page.more and following <= FARTHEST else None,
        }
    )


@_through_the_door
def period(_request: HttpRequest) -> HttpResponse:
    """From when to when there is something to read: the journal ends now."""
    first = begins()
    return JsonResponse(
        {"from": first.isoformat() if first else None, "to": timezone.now().isoformat()}
    )


@never_cache
@require_safe
def heartbeat(_request: HttpRequest) -> HttpResponse:
    """Whether the journal can be read. Shows nobody's data and asks for no session."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT now()")
            (at,) = cursor.fetchone()
    except Error:
        unavailable = CspuError(
            "journal.unavailable",
            Text(fr="Le journal ne répond pas.", en="The journal does not answer."),
            Text(fr="Réessayez dans quelques minutes.", en="Try again in a few minutes."),
        )
        return _error(unavailable, HTTPStatus.SERVICE_UNAVAILABLE)
    return JsonResponse({"status": "up", "at": at.astimezone(UTC).isoformat()})


def _usage(line: Line, lang: Lang) -> dict[str, object]:
    table = load_access()
    role, purpose = table.roles.get(line.role), table.purposes.get(line.purpose)
    return {
        "line": line.rank,
        "at": line.seen_at.isoformat(),
        "by": {
            "kind": line.actor_kind,
            "self": line.herself,
            "name": line.actor_name,
            "role": _coded(line.role, role.label if role else None),
            "organisation": line.organisation,
        },
        "verb": line.verb,
        "scopes": list(line.scopes),
        "purpose": _coded(line.purpose, purpose.sentence if purpose else None),
        "act": _coded(line.act, act_label(line.act) if line.act else None),
        "basis": [
            {"kind": one.kind, "key": one.key, "sentence": basis_told(one, lang)}
            for one in line.bases
        ],
        "masked": (
            {"until": line.masked_until.isoformat(), "fr": line.mask.fr, "en": line.mask.en}
            if line.mask and line.masked_until
            else None
        ),
    }


def _coded(code: str, words: Text | None) -> dict[str, str]:
    return {"code": code, "fr": words.fr if words else "", "en": words.en if words else ""}


def _moment(request: HttpRequest, name: str) -> datetime | None:
    text = request.GET.get(name, "")
    try:
        found = parse_datetime(text) if text else None
    except ValueError:
        found = None
    if text and (found is None or found.tzinfo is None):
        raise QueryUnreadable(name)
    return found


def _offset(request: HttpRequest) -> int:
    text = request.GET.get("offset", "0")
    if not (text.isascii() and text.isdigit()) or len(text) > len(str(FARTHEST)):
        raise QueryUnreadable("offset")
    offset = int(text)
    if offset > FARTHEST:
        raise QueryUnreadable("offset")
    return offset


def _error(error: CspuError, status: HTTPStatus) -> HttpResponse:
    said = {
        "code": error.code,
        "fr": error.sentence("fr"),
        "en": error.sentence("en"),
    }
    return JsonResponse({"error": said}, status=status)
