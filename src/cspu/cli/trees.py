"""An explanation on a terminal: the sentence first, then the tree and the facts."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.tree import Tree

from cspu.cli.output import lang, say
from cspu.entitlement.pages import Explanation, TraceNode
from cspu.kernel.amounts import format_amount


def print_explanation(explanation: Explanation) -> None:
    """Print one period's explanation."""
    console = Console()
    given = (
        format_amount(explanation.amount, lang()) if explanation.amount else say("rien", "nothing")
    )
    console.rule(
        f"{explanation.period_start} – {explanation.period_end}  {explanation.organisation}  {given}"
    )
    console.print(explanation.sentence)
    console.print(f"{explanation.article}  {explanation.article_url}", style="dim")
    tree = Tree(say("Le calcul", "The computation"))
    _grow(tree, explanation.tree)
    console.print(tree)
    for fact in explanation.facts:
        console.print(f"  • {fact.label} : {fact.value}  ({fact.source} {fact.detail})")
    for missing in explanation.missing:
        months = ", ".join(f"{month:%Y-%m}" for month in missing.months)
        console.print(f"  ? {missing.label} {months} — {missing.supplied_by}")
    for condition in explanation.conditions:
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
        said = f"{node.label} : {node.value}" if node.value else node.label
        branch = tree.add(f"{said}  [dim]{node.reference}[/dim]" if node.reference else said)
        _grow(branch, node.children)
