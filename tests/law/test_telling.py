"""What a person reads: the sentence, the computation as a tree, what would open a right."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

from cspu.kernel.answers import Answer
from cspu.kernel.dates import format_day
from cspu.kernel.periods import Period, month_of
from cspu.kernel.text import Text
from cspu.law import LawPack, load_pack, version_trees
from cspu.law.cases import load_cases
from cspu.law.conditions import unmet
from cspu.law.expressions import compile_postgres
from cspu.law.formatting import format_period, format_quantity, format_value
from cspu.law.loading import packs_of
from cspu.law.telling import TreeNode, sentence, unfold
from cspu.law.tracing import Trace, trace_plan
from cspu.law.trees import with_steps
from cspu.law.typed import Engine, typed_row
from cspu.lifecourse.vocabulary import LifeVocabulary

Y2025 = Period(date(2025, 1, 1), date(2025, 12, 31))
MARCH = month_of(date(2025, 3, 1))
WORKER: Mapping[str, Any] = {
    "age": 30,
    "employed": True,
    "apprentice": False,
    "sheltered_months": 0,
    "self_employment_months": 0,
    "training_contribution_paid": False,
    "disabled_worker_declared": False,
    "hours_worked": 1607,
    "hours_assimilated": 0,
    "low_skilled_declared": False,
}
Tracing = Callable[..., Trace]


@pytest.fixture
def tracing(postgres: psycopg.Connection, life: LifeVocabulary) -> Tracing:
    """The trace of a right for some facts, its values computed by PostgreSQL."""
    pack = load_pack(packs=packs_of())

    def make(right_id: str, period: Period, facts: Mapping[str, Any]) -> Trace:
        right = pack.rights[right_id]
        version = right.version_on(period.end)
        assert version is not None
        trees = version_trees(right, version, life.facts)
        plan = trace_plan(trees, str)
        facts_row = typed_row(trees, life.facts, facts, period.end, Engine.POSTGRES)
        row = with_steps(trees, facts_row, compile_postgres)
        with postgres.cursor(row_factory=dict_row) as cursor:
            select = f"SELECT {plan.select_list} FROM {row}"
            values = cursor.execute(select.encode()).fetchone()
        assert values is not None
        return Trace(trees, plan, values, pack=pack, vocabulary=life.facts, period=period)

    return make


def plain(text: str) -> str:
    """The text with ordinary spaces."""
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def told(trace: Trace) -> Text:
    """The sentence of a trace, the whole amount being awarded."""
    amount = trace.trees.amount
    found = sentence(trace, None if amount is None else trace.written("amount", amount))
    return Text(plain(found.fr), plain(found.en))


def test_full_time_sentence(tracing: Tracing) -> None:
    """The person reads her hours, the threshold, the amount, the article and its date."""
    found = told(tracing("cpf", Y2025, WORKER))
    assert found.fr == (
        "Vous avez travaillé 1 607 heures en 2025, au moins la moitié d’un temps plein "
        "(803,5 heures) : vous recevez 500 € (Code du travail, art. R6323-1, en vigueur depuis le "
        "1er janvier 2019)."
    )
    assert found.en == (
        "You worked 1,607 hours in 2025, at least half of full time (803.5 hours): you receive "
        "€500 (Code du travail, art. R6323-1, in force since 1 January 2019)."
    )


def test_prorata_sentence(tracing: Tracing) -> None:
    """Another sentence tells the other case."""
    found = told(tracing("cpf", Y2025, {**WORKER, "hours_worked": 600}))
    assert "moins de la moitié d’un temps plein" in found.fr
    assert "soit 186,69 €" in found.fr


def test_a_job_without_hours_is_not_said_to_give_nothing(tracing: Tracing) -> None:
    """Self-employed and an employee whose hours nobody declared: they are asked for, not called 0 €."""
    both = {"self_employment_months": 12, "training_contribution_paid": True, "hours_worked": 0}
    found = told(tracing("cpf", Y2025, {**WORKER, **both}))
    assert found.fr.startswith("En 2025, votre activité indépendante vous donne 500 €. De votre")
    assert "nous n’avons aucune heure" in found.fr
    assert " 0 €" not in found.fr
    assert " €0" not in found.en


def test_a_sentence_is_not_chosen_on_an_unknown_condition(tracing: Tracing) -> None:
    """When it is not known which words hold, neutral words are used."""
    found = told(tracing("cpf", Y2025, {**WORKER, "hours_worked": None}))
    assert found.fr.startswith("Pour 2025, vous recevez inconnu")


def lines(node: TreeNode) -> Iterator[TreeNode]:
    """Every line of a computation."""
    yield node
    for child in node.children:
        yield from lines(child)


def test_tree_ends_in_facts_and_dated_articles(tracing: Tracing) -> None:
    """Each leaf is a fact with its supplier, or a figure with its article and date."""
    tree = unfold(tracing("cpf", Y2025, {**WORKER, "hours_worked": 600}))
    assert plain(tree.value.fr) == "186,69 €"
    rounded = next(line for line in lines(tree) if line.kind == "round_up")
    assert plain(rounded.formula.fr) == "500 € × 600 heures ÷ 1 607 heures"
    assert plain(rounded.formula.en) == "€500 × 600 hours ÷ 1,607 hours"
    leaves = [line for line in lines(tree) if not line.children]
    facts = {line.label.fr for line in leaves if line.kind == "fact"}
    assert "Vos heures travaillées" in facts
    assert all(line.supplied_by for line in leaves if line.kind == "fact")
    figures = [line for line in leaves if line.kind == "parameter"]
    assert {line.reference.article for line in figures if line.reference} == {
        "Code du travail, art. L6323-11",
        "Code du travail, art. R6323-1",
    }
    assert all(line.since == date(2019, 1, 1) for line in figures)


def test_tree_shows_the_branch_that_decided(tracing: Tracing) -> None:
    """A case that was not chosen is not shown as if it counted."""
    tree = unfold(tracing("cpf", Y2025, WORKER))
    assert tree.kind == "case"
    assert all(line.kind != "round_up" for line in lines(tree))
    labels = [plain(line.label.fr) for line in lines(tree)]
    assert labels[0] == "Dans les autres cas"
    assert "Heures comptées : au moins 803,5 heures" in labels


def test_paid_leave_formula(tracing: Tracing) -> None:
    """Sums inside a product keep their parentheses, each value its unit."""
    facts = {"period_days": 31, "employed_days": 20, "sick_days": 3, "unpaid_absence_days": 0}
    tree = unfold(tracing("paid_leave", MARCH, facts))
    assert plain(tree.formula.fr) == (
        "(2,5 jours ouvrables × 17 jours + 2 jours ouvrables × 3 jours) ÷ 31 jours"
    )
    assert plain(tree.value.fr) == "1,56 jour ouvrable"


def test_other_parts_unfold_too(tracing: Tracing) -> None:
    """Caps and protected shares explain themselves; a part that the text lacks is an error."""
    trace = tracing("cpf", Y2025, WORKER)
    assert plain(unfold(trace, "cap").value.fr) == "5 000 €"
    with pytest.raises(KeyError):
        unfold(trace, "protected")


UNMET = [
    (
        "apprentice_licence",
        MARCH,
        {"age": 15, "apprentice": True, "preparing_driving_licence": True},
        ["Votre âge : 15 ans. Il faut au moins 18 ans."],
        ["Your age: 15 years. It takes at least 18 years."],
    ),
    (
        "apprentice_licence",
        MARCH,
        {"age": 18, "apprentice": False, "preparing_driving_licence": True},
        ["Vous êtes en apprentissage : non. Cette condition doit être remplie."],
        ["You are an apprentice: no. This condition must be met."],
    ),
    (
        "cpf",
        Y2025,
        {**WORKER, "age": 15},
        [
            (
                "Il faut au moins une de ces conditions : votre âge : au moins 16 ans ; ou vous "
                "êtes en apprentissage et votre âge : au moins 15 ans. Nous savons : Votre âge : "
                "15 ans ; Vous êtes en apprentissage : non."
            )
        ],
        [
            (
                "At least one of these must hold: your age: at least 16 years; or you are an "
                "apprentice and your age: at least 15 years. We know: Your age: 15 years; "
                "You are an apprentice: no."
            )
        ],
    ),
    (
        "cpf",
        Y2025,
        {**WORKER, "hours_worked": 0},
        [
            (
                "Il faut au moins une de ces conditions : vos mois de travail en ESAT : au moins "
                "1 mois ; ou heures comptées : plus de 0 heure ; ou part de l’indépendant : plus "
                "de 0 €. Nous savons : Vos mois de travail en ESAT : 0 mois ; Vous avez un emploi salarié : "
                "oui ; Vos heures travaillées : 0 heure ; Vos heures d’absence comptées comme "
                "travaillées : 0 heure ; Vos mois de travail indépendant : 0 mois ; Vous avez "
                "déclaré payer la contribution formation des indépendants : non."
            )
        ],
        [
            (
                "At least one of these must hold: your months of sheltered work (ESAT): at least "
                "1 month; or hours counted: more than 0 hours; or part of the self-employed: more "
                "than €0. We know: Your months of sheltered work (ESAT): 0 months; You are an "
                "employee: yes; Your hours worked: 0 hours; Your hours of absence that count as "
                "worked: 0 hours; Your months of self-employment: 0 months; You declared paying the training "
                "contribution of the self-employed: no."
            )
        ],
    ),
    ("cpf", Y2025, WORKER, [], []),
    (
        "lone_parent_rsa",
        MARCH,
        {
            "lives_stably_in_france": True,
            "expecting_child": False,
            "lives_in_couple": False,
            "lone_parent": True,
            "dependent_children": 1,
            "children_20_to_24": 0,
            "youngest_child_age": 7,
            "months_alone": 40,
        },
        [
            (
                "Il faut au moins une de ces conditions : vous attendez un enfant et pas : vous vivez en "
                "couple ; ou vous élevez un enfant sans conjoint et (l’âge de votre plus jeune enfant : "
                "moins de 3 ans, ou vos mois depuis que vous vivez sans conjoint : moins de 12 mois). Nous "
                "savons : Vous attendez un enfant : non ; Vous vivez en couple : non ; Vous élevez un "
                "enfant sans conjoint : oui ; L’âge de votre plus jeune enfant : 7 ans ; Vos mois depuis "
                "que vous vivez sans conjoint : 40 mois."
            )
        ],
        [
            (
                "At least one of these must hold: you are expecting a child and not: you live as a couple; "
                "or you raise a child alone and (the age of your youngest child: less than 3 years, or your "
                "months since you live alone: less than 12 months). We know: You are expecting a child: no; "
                "You live as a couple: no; You raise a child alone: yes; The age of your youngest child: "
                "7 years; Your months since you live alone: 40 months."
            )
        ],
    ),
]


@pytest.mark.parametrize(("right", "period", "facts", "french", "english"), UNMET)
def test_what_would_open_it(  # noqa: PLR0917
    tracing: Tracing,
    right: str,
    period: Period,
    facts: Mapping[str, Any],
    french: list[str],
    english: list[str],
) -> None:
    """The conditions not met, in plain words, and nothing else."""
    found = [*unmet(tracing(right, period, facts))]
    assert [plain(condition.text.fr) for condition in found] == french
    assert [plain(condition.text.en) for condition in found] == english
    assert all(condition.status is Answer.NO for condition in found)
    assert all(condition.missing == () for condition in found)


def test_what_is_unknown_names_who_can_supply_it(tracing: Tracing) -> None:
    """Unknown is not no: the missing facts and their suppliers are listed, through definitions."""
    found = [*unmet(tracing("cpf", Y2025, {**WORKER, "hours_worked": None}))]
    [condition] = found
    assert condition.status is Answer.UNKNOWN
    [missing] = condition.missing
    assert missing.name == "hours_worked"
    assert missing.supplied_by.fr == "Votre employeur, par sa déclaration sociale"


def test_values_are_those_of_the_database(tracing: Tracing) -> None:
    """Nothing is computed again: a changed row changes what is told."""
    trace = tracing("cpf", Y2025, WORKER)
    assert trace.trees.amount is not None
    column = trace.plan.ids["amount", trace.trees.amount]
    trace.values = {**trace.values, column: Decimal("123.45")}
    assert plain(unfold(trace).value.fr) == "123,45 €"


def test_every_case_of_every_right_can_be_told(
    tracing: Tracing, pack: LawPack, life: LifeVocabulary
) -> None:
    """No case leaves a brace, an empty label or a missing language in what people read."""
    for right in pack:
        for case in load_cases(pack, right, life.facts, []):
            for period in case.periods:
                if period.answer is None:
                    continue
                trace = tracing(right.id, period.period, period.facts)
                texts = [condition.text for condition in unmet(trace)]
                if not right.openfisca:
                    texts.append(told(trace))
                parts = ("when",) if trace.trees.amount is None else ("when", "amount")
                for part in parts:
                    texts += [line.label for line in lines(unfold(trace, part))]
                for text in texts:
                    assert text.fr.strip(), (right.id, case.name)
                    assert text.en.strip(), (right.id, case.name)
                    assert "{" not in text.fr + text.en


def test_formats(pack: LawPack) -> None:
    """Numbers, dates and periods as people write them."""
    euro, point = pack.units["EUR"], pack.units["c2p_point"]
    assert plain(format_quantity(Decimal("1234.5"), euro, "fr")) == "1 234,50 €"
    assert format_quantity(Decimal("1234.5"), euro, "en") == "€1,234.50"
    assert plain(format_quantity(Decimal("-20.00"), euro, "fr")) == "\u221220 €"
    assert format_quantity(Decimal("-20.00"), euro, "en") == "\u2212€20"
    assert plain(format_quantity(Decimal(1), point, "fr")) == "1 point"
    assert plain(format_quantity(Decimal(0), point, "en")) == "0 points"
    assert format_quantity(Decimal("0.500"), None, "fr") == "0,5"
    assert format_day(date(2026, 3, 1), "fr") == "1er mars 2026"
    assert format_day(date(2026, 3, 1), "en") == "1 March 2026"
    assert format_period(Y2025, "fr") == "2025"
    assert format_period(MARCH, "fr") == "mars 2025"
    quarter = Period(date(2025, 1, 1), date(2025, 3, 31))
    assert format_period(quarter, "fr") == "1er janvier 2025 au 31 mars 2025"
    assert format_value(None, None, "fr") == "inconnu"
    assert format_value(value=True, unit=None, lang="en") == "yes"
    assert format_value("a", None, "fr", {"a": Text("Un", "One")}) == "Un"


def test_a_proposal_is_never_said_to_be_in_force(
    tracing: Tracing,
) -> None:
    """A page of the imagined law quoted it like an article that holds."""
    worked = {"hours_with_employers": 130, "platform_hours": 0}
    found = told(tracing("ssa_vacation", month_of(date(2026, 3, 1)), worked))
    assert "a proposal, shown here since 1 January 2026" in found.en
    assert "proposition, montrée ici depuis le 1er janvier 2026" in found.fr
