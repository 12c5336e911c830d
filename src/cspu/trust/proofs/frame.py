"""The frame of an "attestation de droit", read from `frame.yaml` into plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import MappingProxyType

from cspu.kernel.text import Text
from cspu.kernel.yaml_source import Finding, Form, Item, read_yaml
from cspu.trust.proofs.errors import FrameUnreadable, LifeRefused

FRAME_FILE = Path(__file__).parent / "frame.yaml"


class ClaimKind(StrEnum):
    """The shape of a claim's value."""

    FLAG = "flag"
    DAY = "day"
    AMOUNT = "amount"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing an attestation can say: what it is called when hidden, its sentence when shown."""

    name: str
    kind: ClaimKind
    label: Text
    says: Text
    denies: Text | None


@dataclass(frozen=True, slots=True)
class Authority:
    """Who signs."""

    id: str
    name: str
    country: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """Everything that is the same in all attestations."""

    vct: str
    authority: Authority
    default_life: timedelta
    shortest_life: timedelta
    longest_life: timedelta
    list_size: int
    list_refresh: timedelta
    list_good: timedelta
    claims: Mapping[str, Claim]

    def life(self, asked: timedelta | None) -> timedelta:
        """How long a proof lives; LifeRefused outside of what is allowed."""
        chosen = self.default_life if asked is None else asked
        if not self.shortest_life <= chosen <= self.longest_life:
            raise LifeRefused(self.shortest_life.days, self.longest_life.days)
        return chosen


@cache
def load_frame(path: Path = FRAME_FILE) -> Frame:
    """The frame this installation issues and checks; FrameUnreadable names the first fault."""
    findings: list[Finding] = []
    item = read_yaml(path, findings)
    if item is not None:
        frame = _frame(item, findings)
    if item is None or findings:
        raise FrameUnreadable(str(findings[0]))
    return frame


def _frame(item: Item, findings: list[Finding]) -> Frame:
    parts = ("vct", "issuing_authority", "life_days", "status_list", "claims")
    form = Form(item, findings, required=parts)
    authority = _form(form, "issuing_authority", findings, "id", "name", "country")
    life = _form(form, "life_days", findings, "default", "shortest", "longest")
    status = _form(form, "status_list", findings, "size", "refresh_minutes", "good_hours")
    return Frame(
        vct=form.text("vct"),
        authority=Authority(*(authority.text(name) for name in ("id", "name", "country"))),
        default_life=timedelta(days=life.integer("default")),
        shortest_life=timedelta(days=life.integer("shortest")),
        longest_life=timedelta(days=life.integer("longest")),
        list_size=status.integer("size"),
        list_refresh=timedelta(minutes=status.integer("refresh_minutes")),
        list_good=timedelta(hours=status.integer("good_hours")),
        claims=MappingProxyType(
            {name: _claim(name, each, findings) for name, each in form.named("claims").items()}
        ),
    )


def _form(form: Form, name: str, findings: list[Finding], *required: str) -> Form:
    return Form(form[name] or form.item, findings, required=required)


def _claim(name: str, item: Item, findings: list[Finding]) -> Claim:
    form = Form(item, findings, required=("kind", "label", "says"), optional=("denies",))
    return Claim(
        name=name,
        kind=form.choice("kind", ClaimKind, ClaimKind.FLAG),
        label=form.bilingual("label"),
        says=form.bilingual("says"),
        denies=form.bilingual("denies") if "denies" in form else None,
    )
