"""An explanation on a terminal: the sentence first, then the tree and the facts."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.tree import Tree

from cspu.cli.output import lang, say
from cspu.entitlement.pages import Explanation, Tile, TraceNode
from cspu.kernel.amounts import format_amount
from cspu.kernel.answers import Answer
from cspu.kernel.periods import Period
from cspu.law.formatting import format_period


def heading(explanation: Explanation) -> str:
    """The period, the employer where there is one, and what the law gives: unknown is not nothing."""
    period = format_period(Period(explanation.period_start, explanation.period_end), lang())
    return "  ".join(
        each for each in (period, explanation.organisation, _given(explanation)) if each
    )


def _given(explanation: Explanation) -> str:
    if explanation.amount is not None and explanation.answer is Answer.YES:
        least = say("au moins ", "at least ") if explanation.missing else ""
        return least + format_amount(explanation.amount, lang())
    return {
        Answer.YES: say("oui", "yes"),
        Answer.NO: say("rien", "nothing"),
        Answer.UNKNOWN: say("pas encore connu", "not known yet"),
    }[explanation.answer]


def print_explanation(explanation: Explanation) -> None:
    """Print one period's explanation."""
    console, colon = Console(), say(" : ", ": ")
    console.rule(heading(explanation))
    console.print(explanation.sentence)
    console.print(f"{explanation.article}  {explanation.article_url}", style="dim")
    tree = Tree(say("Le calcul", "The computation"))
    _grow(tree, explanation.tree)
    console.print(tree)
    for fact in explanation.facts:
        source = f"{fact.source} {fact.detail}".strip()
        console.print(f"  • {fact.label}{colon}{fact.value}  ({source})")
    for missing in explanation.missing:
        months = ", ".join(f"{month:%m/%Y}" for month in missing.months)
        console.print(f"  ? {f'{missing.label} {months}'.strip()} — {missing.supplied_by}")
    for condition in explanation.conditions:
        console.print(f"  ✗ {condition.sentence}")


def print_untold(tile: Tile) -> None:
    """Print what there is to say of a right that no period of hers speaks of: why, and what opens it."""
    console = Console()
    console.rule(tile.label)
    console.print(
        say("Aucune période à expliquer à cette date.", "No period to explain on that date.")
    )
    for each in (tile.meaning, tile.ended, tile.not_computed):
        if each:
            console.print(each)
    for condition in tile.conditions:
        console.print(f"  ✗ {condition.sentence}")


def print_changes(changes: Sequence[str]) -> None:
    """Print what would open a right."""
    if changes:
        console = Console()
        console.rule(say("Ce qui changerait la réponse", "What would change the answer"))
        for change in changes:
            console.print(f"  → {change}")


def _grow(tree: Tree, nodes: Sequence[TraceNode]) -> None:
    for node in nodes:
        said = f"{node.label}{say(' : ', ': ')}{node.value}" if node.value else node.label
        branch = tree.add(f"{said}  [dim]{node.reference}[/dim]" if node.reference else said)
        _grow(branch, node.children)
