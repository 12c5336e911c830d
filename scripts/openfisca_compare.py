"""Write docs/explanation/openfisca.md from a run of `cspu bench openfisca`, read on standard input.

cspu bench openfisca --persons 500 | python scripts/openfisca_compare.py > docs/explanation/openfisca.md
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cspu.bench.openfisca import Reason, not_compared, read
from cspu.law import load_pack

_HEAD = """# Compared with OpenFisca-France

[OpenFisca-France](https://github.com/openfisca/openfisca-france) {version} is an independent reading of
the same law, kept by others. `cspu bench openfisca` draws {persons} families (seed {seed}), tells each
twice, as facts of ours and as inputs of OpenFisca, and compares to the cent. What differs must have a
reason: a condition, a bound and an article, in `src/cspu/bench/openfisca.yaml`. This page is written
from a run by `scripts/openfisca_compare.py`.

| comparison | right | OpenFisca's variable | compared | equal | explained | unexplained |
|---|---|---|---:|---:|---:|---:|
"""
_END = """
Equal does not mean right: both may share a source, and the figures of several texts were taken from
OpenFisca. The comparison tests the reading, not the figures.
"""


def _rows(rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for row in rows:
        yield (
            f"| `{row['name']}` | `{row['right']}` | `{row['theirs']}` | {row['compared']} | {row['equal']} "
            f"| {sum(row['explained'].values())} | {row['unexplained']} |"
        )


def _reasons(rows: Sequence[Mapping[str, Any]], reasons: Sequence[Reason]) -> Iterator[str]:
    for row in rows:
        for reason in reasons:
            seen = row["explained"].get(reason.en)
            if reason.of == row["name"] and seen:
                yield f"| `{row['name']}` | {seen} | {reason.en} | {reason.article} |"


def _unexplained(rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for row in rows:
        for example in row["examples"]:
            facts = ", ".join(f"{name} {value}" for name, value in example["facts"].items())
            both = f"ours {example['ours']}, theirs {example['theirs']}"
            yield f"- `{row['name']}`: {both}, {example['on']}: {facts}"


def _not_compared(looked: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    pack = load_pack()
    for each in not_compared():
        parameters = pack.rights[each.right].parameters if each.right else {}
        figures = {name: parameter.values[-1].value for name, parameter in parameters.items()}
        yield f"- {each.en.format(**figures)}"
        row = looked.get(each.what)
        if row is not None:
            words = ", ".join(each.words)
            found = [f"  - `{name}`: {label}" for name, label in row["not_compared"].items()]
            yield f"  Of its {row['variables']} variables, these name {words}:"
            yield from found or ["  - none"]


def main() -> None:
    """Standard input to standard output."""
    read_rows = [json.loads(line) for line in sys.stdin if line.strip()]
    rows = [row for row in read_rows if "compared" in row]
    looked = {row["name"]: row for row in read_rows if "not_compared" in row}
    persons = max(row["compared"] for row in rows)
    print(
        _HEAD.format(version=rows[0]["openfisca_france"], persons=persons, seed=rows[0]["seed"]),
        end="",
    )
    print(*_rows(rows), sep="\n")
    print("\n## Why they differ\n\n| comparison | times | reason | article |\n|---|---:|---|---|")
    print(*_reasons(rows, read()[1]), sep="\n")
    print("\n## Unexplained\n")
    print(*([*_unexplained(rows)] or ["None in this run."]), sep="\n")
    print("\n## What is not compared, and why\n")
    print(*_not_compared(looked), sep="\n")
    print(_END, end="")


if __name__ == "__main__":
    main()
