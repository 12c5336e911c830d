"""What a form sent, read without trust: values out of a list, a form's own token."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID, uuid4

from django.http import HttpRequest

from cspu.kernel.errors import CspuError
from cspu.kernel.text import Text
from cspu.web.days import read_day
from cspu.web.session import typed


class FormUnreadable(CspuError):
    """A form of ours does not send this."""

    def __init__(self) -> None:
        super().__init__(
            "web.form_unreadable",
            Text(fr="Ce formulaire est incomplet.", en="This form is incomplete."),
            Text(
                fr="Rien n’a été changé : revenez en arrière et recommencez.",
                en="Nothing was changed: go back and try again.",
            ),
        )


def new_form() -> UUID:
    """The token of a form about to be shown: sent twice, it acts once."""
    return uuid4()


def written(request: HttpRequest, *names: str) -> dict[str, str]:
    """What the form said, to be shown again as it was."""
    said = typed(request)
    return {name: said.get(name, "") for name in names}


def uuid_of(request: HttpRequest, name: str) -> UUID:
    """An identifier that the form carries; FormUnreadable when it carries none."""
    try:
        return UUID(request.POST.get(name, ""))
    except ValueError:
        raise FormUnreadable from None


def day_of(request: HttpRequest, name: str) -> date | None:
    """A day of the form; None for what is no day."""
    return read_day(request.POST.get(name, ""))


def one_of(request: HttpRequest, name: str, among: Collection[str]) -> str:
    """One value out of a list; FormUnreadable otherwise."""
    value = request.POST.get(name, "")
    if value not in among:
        raise FormUnreadable
    return value


def some_of(request: HttpRequest, name: str, among: Collection[str]) -> tuple[str, ...]:
    """The values ticked, in the order of the list; those of no list are left out."""
    ticked = set(request.POST.getlist(name))
    return tuple(value for value in among if value in ticked)


def number_of(request: HttpRequest, name: str, among: Collection[int]) -> int:
    """One number out of a list; FormUnreadable otherwise."""
    return int(one_of(request, name, [str(number) for number in among]))
