"""Reads everything held about one person, section by section.

Every read is a plain SELECT or one of the rooms' own functions, under whatever role and policies
the caller has. To add a section: its columns in `columns`, a method here, a line in `sections`.
Nothing else needs to know.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any
from uuid import UUID

from cspu.entitlement import queries as entitlement
from cspu.entitlement import reading, wording
from cspu.entitlement.explaining import Explainer
from cspu.entitlement.in_force import LawInForce, law_in_force
from cspu.entitlement.pages import Explanation, MissingFact, Tile
from cspu.kernel.amounts import Amount, Unit
from cspu.kernel.dates import format_day
from cspu.kernel.ids import NO_ORGANISATION, OrganisationId, PersonId, computed_id
from cspu.kernel.text import Lang, Text
from cspu.ledger import history
from cspu.ledger.history import Transfer
from cspu.lifecourse import queries as lifecourse
from cspu.lifecourse import recordings
from cspu.lifecourse.recordings import Recording
from cspu.people import queries as people
from cspu.people.organisations import organisations
from cspu.records import columns
from cspu.records.sections import Column, Page, Row, Section
from cspu.records.sharing import sharing_sections


def sections(person_id: PersonId, *, on: date, lang: Lang) -> tuple[Section, ...]:
    """All there is about her, in the order in which it is written; reads nothing of her yet."""
    return tuple(_Gathering(person_id, on, lang, law_in_force()).sections())


def sections_for_statement(
    person_id: PersonId, *, right_id: str | None, until: date, on: date, lang: Lang
) -> tuple[Section, Section]:
    """What a statement is made of: who she is, and the movements that count by a day."""
    gathering = _Gathering(person_id, on, lang, law_in_force())
    return gathering.identity(), gathering.movements(right_id, until)


@dataclass(frozen=True)
class _Gathering:
    person_id: PersonId
    on: date
    lang: Lang
    law: LawInForce

    def sections(self) -> Iterable[Section]:
        once = self._once
        yield self.identity()
        yield once("organisations", _ORGANISATIONS, columns.ORGANISATIONS, self._organisations)
        yield once("sources", _SOURCES, columns.SOURCES, self._sources)
        yield once("life_course", _LIFE, columns.LIFE, self._life)
        yield once("spells", _SPELLS, columns.SPELLS, self._spells)
        yield Section("measures", _MEASURES, columns.MEASURES, self._measures)
        yield once("attributes", _ATTRIBUTES, columns.ATTRIBUTES, self._attributes)
        yield once("events", _EVENTS, columns.EVENTS, self._events)
        yield once("rights", _RIGHTS, columns.RIGHTS, self._rights)
        yield once("judgements", _JUDGEMENTS, columns.JUDGEMENTS, self._judgements)
        yield Section("explanations", _EXPLANATIONS, columns.EXPLANATIONS, self._explanations)
        yield once("settlement", _SETTLEMENT, columns.SETTLEMENT, self._settlement)
        yield once("accounts", _ACCOUNTS, columns.ACCOUNTS, self._accounts)
        yield Section("postings", _POSTINGS, columns.POSTINGS, self._postings)
        yield self.movements(None, None)
        yield from sharing_sections(self.person_id, self.lang)

    @staticmethod
    def _once(
        name: str,
        about: Text,
        held: tuple[Column, ...],
        read: Callable[[], Iterable[Row]],
        *,
        single: bool = False,
    ) -> Section:
        return Section(name, about, held, lambda _after: Page(tuple(read())), single)

    # People

    def identity(self) -> Section:
        """Who she is."""
        return self._once("identity", _IDENTITY, columns.IDENTITY, self._identity, single=True)

    def _identity(self) -> Iterable[Row]:
        who = people.identity(self.person_id)
        yield {**_shallow(who), "sex": who.sex.value}

    def _organisations(self) -> Iterable[Row]:
        named = recordings.organisations(self.person_id)
        named |= {each.organisation_id for each in history.accounts(self.person_id)}
        return [_shallow(each) for each in organisations(named)]

    # Facts

    def _sources(self) -> Iterable[Row]:
        documents = recordings.documents(self.person_id)
        names = _names(each.organisation_id for each in documents)
        for each in documents:
            yield {**_shallow(each), **_organisation(each.organisation_id, names)}

    def _life(self) -> Iterable[Row]:
        picture = lifecourse.life_picture(self.person_id, on=self.on, lang=self.lang)
        lines: list[Row] = [
            _line(bar.label, bar.organisation, bar.start, bar.end, bar.source)
            for lane in picture.lanes
            for bar in lane.bars
        ]
        lines += [
            {**_line(mark.label, "", mark.on, mark.on, mark.source), "event": True}
            for mark in picture.marks
        ]
        return sorted(lines, key=lambda line: (line["from_day"], line["label"]))

    def _spells(self) -> Iterable[Row]:
        found = recordings.spells(self.person_id)
        return self._facts("spell", found, self.law.life.statuses, spell=True)

    def _measures(self, after: Recording | None) -> Page:
        found = recordings.measures(self.person_id, after=after)
        rows = self._facts("measure", found, self.law.life.measures, spell=True)
        for row in rows:
            word = self.law.life.measures.get(row["name"])
            row |= {"value": Decimal(row["value"]), "unit": word.unit if word else ""}
        return Page(rows, found[-1] if len(found) == recordings.PAGE else None)

    def _attributes(self) -> Iterable[Row]:
        found = recordings.attributes(self.person_id)
        return self._facts("attribute", found, self.law.life.attributes)

    def _events(self) -> Iterable[Row]:
        found = recordings.events(self.person_id)
        rows = self._facts("event", found, self.law.life.events)
        return [{**row, "event_id": each.fact_id} for row, each in zip(rows, found, strict=True)]

    def _facts(
        self,
        kind: str,
        found: Sequence[Recording],
        words: Mapping[str, Any],
        *,
        spell: bool = False,
    ) -> list[dict[str, Any]]:
        names = _names(each.organisation_id for each in found)
        rows = []
        for each in found:
            word = words.get(each.name)
            row = _shallow(each) | _organisation(each.organisation_id, names)
            row |= {
                "id": str(_recording_id(kind, each)),
                "label": word.label.in_(self.lang) if word else each.name,
            }
            if spell:
                row["spell_id"] = each.fact_id
            rows.append(row)
        return rows

    # Rights

    def _rights(self) -> Iterable[Row]:
        page = entitlement.account_page(self.person_id, on=self.on, lang=self.lang)
        return [
            self._right(tile, family.label) for family in page.families for tile in family.tiles
        ]

    def _right(self, tile: Tile, family: str) -> Row:
        return {
            **_shallow(tile),
            "right": tile.label,
            "family": family,
            "answer": tile.answer.value,
            "balance": _value(tile.balance),
            "protected": _value(tile.protected),
            "payment": _value(tile.payment.amount) if tile.payment else None,
            "rhythm": tile.payment.rhythm if tile.payment else "",
            "unit": self.law.rights[tile.right_id].right.unit,
            "conditions": [each.sentence for each in tile.conditions],
            "missing": [self._missing(each) for each in tile.missing],
        }

    def _missing(self, missing: MissingFact) -> str:
        months = ", ".join(
            format_day(month, self.lang).split(" ", 1)[1] for month in missing.months
        )
        what = f"{missing.label} ({months})" if months else missing.label
        return f"{what} → {missing.supplied_by}"

    def _judgements(self) -> Iterable[Row]:
        judged = reading.judgements(self.person_id, on=self.on)
        names = _names(each.organisation_id for each in judged)
        for each in judged:
            organisation = _organisation(each.organisation_id, names)
            yield {
                **_shallow(each),
                **organisation,
                "right": self._label(each.right_id),
                "amount": self._worth(each.right_id, each.amount),
                "award": self._worth(each.right_id, each.award),
                "protected": self._worth(each.right_id, each.protected),
                "unit": self.law.rights[each.right_id].right.unit,
                "article": self._article(each.right_id, each.version),
                "payer": self._explainer.funder(each.counterparty, organisation["organisation"]),
            }

    def _worth(self, right_id: str, minor: int | None) -> Decimal | None:
        """An amount in the right's unit; none where it is not known, or there is nothing to count."""
        if minor is None or not self.law.rights[right_id].right.unit:
            return None
        return Amount(self.law.unit_of(right_id), minor).value

    def _explanations(self, after: str | None) -> Page:
        """One right a page: each is a read of its own."""
        left = [right for right in sorted(self.law.rights) if after is None or right > after]
        if not left:
            return Page(())
        page = entitlement.tile_page(self.person_id, left[0], on=self.on, lang=self.lang)
        rows = [self._explanation(left[0], each) for each in page.explanations]
        return Page(rows, left[0] if len(left) > 1 else None)

    def _explanation(self, right_id: str, told: Explanation) -> Row:
        return {
            **_shallow(told),
            "right_id": right_id,
            "right": self._label(right_id),
            "answer": told.answer.value,
            "version": told.in_force,
            "url": told.article_url,
            "payer": told.funder,
        }

    def _settlement(self) -> Iterable[Row]:
        settled = reading.settlement(self.person_id)
        return [_shallow(settled)] if settled else []

    # Accounts

    def _accounts(self) -> Iterable[Row]:
        held = history.accounts(self.person_id)
        names = _names(each.organisation_id for each in held)
        for each in held:
            unit = self._unit(each.unit)
            yield {
                **_shallow(each),
                **_organisation(each.organisation_id, names),
                "right": self._label(each.right_id),
                "balance": Amount(unit, each.credits - each.debits).value,
                "protected": Amount(unit, each.protected).value,
                "credits": Amount(unit, each.credits).value,
                "debits": Amount(unit, each.debits).value,
                "movements": each.length,
            }

    def _postings(self, after: history.Posting | None) -> Page:
        found = history.postings(self.person_id, after=after)
        rows = [{**_shallow(each), "movements": each.transfers} for each in found]
        return Page(rows, found[-1] if len(found) == history.PAGE else None)

    def movements(self, right_id: str | None, until: date | None) -> Section:
        """The movements due by a day, or all; of one right, or of all."""

        def read(after: Transfer | None) -> Page:
            found = history.transfers(self.person_id, right_id=right_id, until=until, after=after)
            names = _names(each.organisation_id for each in found)
            rows = [self._movement(each, names) for each in found]
            return Page(rows, found[-1] if len(found) == history.PAGE else None)

        return Section("movements", _MOVEMENTS, columns.MOVEMENTS, read)

    def _movement(self, moved: Transfer, names: Mapping[UUID, str]) -> Row:
        unit = self._unit(moved.unit)
        organisation = _organisation(moved.organisation_id, names)
        return {
            **_shallow(moved),
            **organisation,
            "id": f"{moved.account_id}/{moved.rank}",
            "right": self._label(moved.right_id),
            "amount": Amount(unit, moved.amount).value,
            "protected": Amount(unit, moved.protected).value,
            "what": wording.what_of(moved.kind, moved.reason, self.lang),
            "reason": wording.reason_of(moved.kind, moved.reason, self.lang),
            "article": self._article(moved.right_id, moved.version),
            "payer": self._explainer.funder(moved.counterparty, organisation["organisation"]),
        }

    # Words of the law; a right that is no longer in the texts is known by its code.

    @cached_property
    def _explainer(self) -> Explainer:
        return Explainer(self.law, self.lang, ())

    def _label(self, right_id: str) -> str:
        compiled = self.law.rights.get(right_id)
        return compiled.right.label.in_(self.lang) if compiled else right_id

    def _unit(self, code: str) -> Unit:
        return self.law.pack.units[code]

    def _article(self, right_id: str, in_force: date) -> str:
        compiled = self.law.rights.get(right_id)
        versions = compiled.right.versions if compiled else ()
        found = (each for each in versions if each.in_force == in_force)
        return next((each.references[0].article for each in found), "")


def _shallow(value: Any) -> dict[str, Any]:  # noqa: ANN401  any of the rooms' plain values
    return {each.name: getattr(value, each.name) for each in fields(value)}


def _value(amount: Amount | None) -> Decimal | None:
    return amount.value if amount is not None else None


def _line(label: str, organisation: str, start: date, end: date | None, source: str) -> Row:
    return {
        "label": label,
        "event": False,
        "organisation": organisation,
        "from_day": start,
        "to_day": end,
        "source": source,
    }


def _names(ids: Iterable[OrganisationId]) -> dict[UUID, str]:
    wanted = set(ids) - {NO_ORGANISATION}
    return {each.organisation_id: each.name for each in organisations(wanted)} if wanted else {}


def _organisation(organisation_id: OrganisationId, names: Mapping[UUID, str]) -> dict[str, Any]:
    return {
        "organisation_id": None if organisation_id == NO_ORGANISATION else organisation_id,
        "organisation": names.get(organisation_id, ""),
    }


def _recording_id(kind: str, fact: Recording) -> UUID:
    """The same recording has the same id in every export."""
    return computed_id(
        "recording",
        kind,
        fact.name,
        fact.fact_id,
        fact.origin_id,
        fact.from_day,
        fact.to_day,
        fact.recorded_from.isoformat(),
    )


_IDENTITY = Text("Qui vous êtes.", "Who you are.")
_ORGANISATIONS = Text("Les organisations nommées dans ce dossier.", "The organisations named here.")
_SOURCES = Text("Les documents qui ont parlé de vous.", "The documents that spoke of you.")
_LIFE = Text(
    "Votre parcours tel qu’il est tenu pour vrai à cette date.",
    "Your life course as held true that day.",
)
_SPELLS = Text(
    "Chaque inscription de chaque situation, retirées comprises.",
    "Every recording of every situation, withdrawn ones too.",
)
_MEASURES = Text(
    "Chaque inscription de chaque quantité mensuelle (heures, salaire…).",
    "Every recording of every monthly quantity (hours, pay…).",
)
_ATTRIBUTES = Text(
    "Chaque inscription des autres informations sur vous.",
    "Every recording of other properties of yours.",
)
_EVENTS = Text("Chaque inscription de chaque événement.", "Every recording of every event.")
_RIGHTS = Text("Vos droits à cette date.", "Your rights that day.")
_JUDGEMENTS = Text(
    "Ce que la loi dit de chaque période, droit par droit.",
    "What the law says of each period, right by right.",
)
_EXPLANATIONS = Text(
    "Pourquoi chaque montant, en une phrase, pour les périodes que montrent vos pages.",
    "Why each amount, in a sentence, for the periods your pages show.",
)
_SETTLEMENT = Text("Jusqu’où vos comptes sont à jour.", "How far your accounts are settled.")
_ACCOUNTS = Text("Vos comptes et leurs totaux.", "Your accounts and their totals.")
_POSTINGS = Text(
    "Les opérations qui ont inscrit vos mouvements.", "The acts that posted your movements."
)
_MOVEMENTS = Text(
    "Tous les mouvements de vos comptes, avec leur empreinte.",
    "Every movement of your accounts, with its hash.",
)
