"""Sections on who sees her and who helps her: what she agreed to, what was asked and answered, who looked.

Codes stay codes, for programs; beside them the words of the table of access, for people.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cspu.kernel.ids import PersonId
from cspu.kernel.text import Lang, Text
from cspu.records.sections import Column, Kind, Page, Row, Section
from cspu.trust.access import AccessTable, load_access
from cspu.trust.acts import act_label
from cspu.trust.taking import PAGE, held, journal_after


def _id(name: str, fr: str, en: str, *, optional: bool = False) -> Column:
    return Column(name, Kind.ID, Text(fr, en), optional)


def _text(name: str, fr: str, en: str) -> Column:
    return Column(name, Kind.TEXT, Text(fr, en))


def _moment(name: str, fr: str, en: str, *, optional: bool = False) -> Column:
    return Column(name, Kind.MOMENT, Text(fr, en), optional)


_BODY = (_id("organisation_id", "Organisme", "Body"), _text("organisation", "Son nom", "Its name"))
_PURPOSE = (
    _text("purpose", "Code du motif", "Code of the purpose"),
    _text("why", "Pourquoi", "Why"),
)
_SCOPES = (
    Column("scopes", Kind.TEXTS, Text("Codes des domaines", "Codes of the scopes")),
    Column("what", Kind.TEXTS, Text("Ce qui est montré", "What is shown")),
)
_ENDED = _moment(
    "ended_at", "Arrêté le (vide : pas arrêté)", "Ended at (empty: not ended)", optional=True
)
_UNTIL = _moment("valid_until", "Valable jusqu’au", "Good until")
_RANK = Column("rank", Kind.INTEGER, Text("Numéro d’ordre", "Rank"))
_STEP = (
    _RANK,
    _moment("moved_at", "Le", "At"),
    _text("signed", "Signé (vide : vous)", "Signed (empty: you)"),
    _text("outcome", "Ce qui est fait", "What it did"),
    _text("words", "Ce qui est dit", "What was said"),
)

CONSENTS = (
    _id("consent_id", "Identifiant de l’accord", "Identifier of the consent"),
    *_BODY,
    *_PURPOSE,
    *_SCOPES,
    _moment("given_at", "Donné le", "Given at"),
    _UNTIL,
    _text("given_by_kind", "Donné par : person ou agent", "Given by: person or agent"),
    _text("given_by", "Qui l’a donné pour vous (vide : vous)", "Who gave it for you (empty: you)"),
    _ENDED,
)
MANDATES = (
    _id("mandate_id", "Identifiant du mandat", "Identifier of the mandate"),
    _text("holder_kind", "À qui : person ou organisation", "To whom: person or organisation"),
    _text("holder", "Son nom", "Its name"),
    Column("themes", Kind.TEXTS, Text("Codes des thèmes", "Codes of the themes")),
    Column("about", Kind.TEXTS, Text("Pour quoi", "What for")),
    _moment("given_at", "Donné le", "Given at"),
    _UNTIL,
    _text("channel", "Comment : online, counter ou paper", "How: online, counter or paper"),
    _id("paper_id", "Papier signé", "Signed paper", optional=True),
    _text("recorded_by", "Enregistré par (vide : vous)", "Recorded by (empty: you)"),
    _ENDED,
)
QUESTIONS = (
    _id("question_id", "Identifiant de la question", "Identifier of the question"),
    *_BODY,
    _text("asked_by", "Posée par", "Asked by"),
    *_PURPOSE,
    *_SCOPES,
    Column("days", Kind.INTEGER, Text("Pour combien de jours", "For how many days")),
    _text("message", "Ce qui vous est écrit", "What was written to you"),
    _moment("asked_at", "Posée le", "Asked at"),
    _moment(
        "answered_at",
        "Répondue le (vide : en attente)",
        "Answered at (empty: waits)",
        optional=True,
    ),
    _text("answer", "Votre réponse : granted ou refused", "Your answer: granted or refused"),
)
FILES = (
    *_BODY,
    _text("relation", "Sorte de dossier : own_file ou audit", "Kind of file: own_file or audit"),
    Column("held_from", Kind.DATE, Text("Tenu depuis le", "Held from")),
    Column(
        "held_to",
        Kind.DATE,
        Text("Jusqu’au (vide : encore)", "Until (empty: still)"),
        optional=True,
    ),
)
PAPERS = (
    _id("paper_id", "Identifiant du papier", "Identifier of the paper"),
    _text("media_type", "Sorte de fichier", "Kind of file"),
    Column("bytes", Kind.INTEGER, Text("Taille en octets", "Size in bytes")),
    Column("sha256", Kind.HASH, Text("Empreinte SHA-256", "SHA-256")),
    _moment("kept_at", "Gardé depuis le", "Kept since"),
)
CORRECTIONS = (
    _id("correction_id", "Identifiant de la demande", "Identifier of the request"),
    *_BODY,
    _text("scope", "Code du domaine", "Code of the scope"),
    _text("fact", "L’information contestée", "The fact said to be wrong"),
    *_STEP,
)
COMPLAINTS = (
    _id("complaint_id", "Identifiant du signalement", "Identifier of the complaint"),
    Column("about_line", Kind.INTEGER, Text("Ligne du journal", "Line of the journal")),
    *_STEP,
)
PROOFS = (
    _id("proof_id", "Identifiant de la preuve", "Identifier of the proof"),
    _text("number", "Son numéro", "Its number"),
    _text("right_id", "Code du droit", "Code of the right"),
    Column("disclosed", Kind.TEXTS, Text("Ce qu’elle montre", "What it shows")),
    _text("shown_to", "Faite pour", "Made for"),
    _moment("issued_at", "Faite le", "Made at"),
    _moment("expires_at", "Valable jusqu’au", "Good until"),
    _moment("withdrawn_at", "Retirée le (vide : non)", "Withdrawn at (empty: no)", optional=True),
)
JOURNAL = (
    _RANK,
    _moment("seen_at", "Le", "At"),
    _text("actor_kind", "Qui : person, agent ou command", "Who: person, agent or command"),
    Column("herself", Kind.FLAG, Text("Vous-même", "Yourself")),
    _text("actor_name", "Nom", "Name"),
    _text("organisation", "Organisme", "Body"),
    _text("role", "Code du rôle", "Code of the role"),
    _text("verb", "Ce qui est fait : read, act, answer…", "What was done: read, act, answer…"),
    *_SCOPES,
    *_PURPOSE,
    _text("act", "Code de l’acte", "Code of the act"),
    _text("how", "Par quel acte", "Through which act"),
    _text("basis", "De quel droit (codes)", "On what basis (codes)"),
    _moment(
        "masked_until", "Masqué jusqu’au (vide : non)", "Masked until (empty: no)", optional=True
    ),
    _text("mask", "Pourquoi c’est masqué", "Why it is masked"),
    Column(
        "hash",
        Kind.HASH,
        Text(
            "Empreinte, enchaînée à la précédente (vide : masqué)",
            "Hash, chained to the one before (empty: masked)",
        ),
        optional=True,
    ),
)

_HELD: Mapping[str, tuple[Text, tuple[Column, ...]]] = {
    "consents": (Text("Les accords que vous avez donnés.", "The consents you gave."), CONSENTS),
    "mandates": (Text("Les mandats que vous avez donnés.", "The mandates you gave."), MANDATES),
    "questions": (Text("Ce que l’on vous a demandé.", "What you were asked."), QUESTIONS),
    "files": (Text("Qui tient un dossier sur vous.", "Who holds a file on you."), FILES),
    "papers": (Text("Les papiers gardés de vous.", "The papers kept of you."), PAPERS),
    "corrections": (Text("Vos demandes de correction.", "Your correction requests."), CORRECTIONS),
    "complaints": (
        Text("Vos signalements et les réponses.", "Your complaints, answered."),
        COMPLAINTS,
    ),
    "proofs": (Text("Les preuves que vous avez faites.", "The proofs you made."), PROOFS),
}
_JOURNAL = Text("Qui a regardé, quoi et pourquoi.", "Who looked, at what and why.")


def sharing_sections(person_id: PersonId, lang: Lang) -> Iterator[Section]:
    """All that is held of her choices and of who saw her."""
    words = _Words(load_access(), lang)
    for name, (about, columns) in _HELD.items():
        yield _whole(name, about, columns, person_id, words)

    def page(after: int | None) -> Page:
        rows = journal_after(person_id, after or 0)
        return Page(
            [words.line(row) for row in rows], rows[-1]["rank"] if len(rows) == PAGE else None
        )

    yield Section("journal", _JOURNAL, JOURNAL, page)


def _whole(
    name: str, about: Text, columns: tuple[Column, ...], person_id: PersonId, words: _Words
) -> Section:
    return Section(
        name, about, columns, lambda _: Page([words.row(x) for x in held(name, person_id)])
    )


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of the table beside its codes."""

    table: AccessTable
    lang: Lang

    def row(self, row: Mapping[str, Any]) -> Row:
        """What a row says, its codes told."""
        told = {
            key: bytes(value) if isinstance(value, memoryview) else value
            for key, value in row.items()
        }
        if "scopes" in row:
            told["what"] = self._scopes(row["scopes"])
        if "purpose" in row:
            purpose = self.table.purposes.get(row["purpose"])
            told["why"] = purpose.sentence.in_(self.lang) if purpose else ""
        if "themes" in row:
            told["about"] = [
                self.table.themes[each].label.in_(self.lang) if each in self.table.themes else each
                for each in row["themes"]
            ]
        return told

    def line(self, row: Mapping[str, Any]) -> Row:
        """A line of the journal, its act and its mask told."""
        mask = Text(row["mask_reason_fr"] or "", row["mask_reason_en"] or "")
        how = act_label(row["act"]).in_(self.lang) if row["act"] else ""
        return {**self.row(row), "how": how, "mask": mask.in_(self.lang)}

    def _scopes(self, scopes: Iterable[str]) -> list[str]:
        known = self.table.scopes
        whole = Text("tout le compte", "the whole account").in_(self.lang)
        return [
            known[each].label.in_(self.lang) if each in known else whole if each == "*" else each
            for each in scopes
        ]
