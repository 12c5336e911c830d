"""Write docs/explanation/openfisca.md from a run of `cspu bench openfisca`, read on standard input.

cspu bench openfisca --persons 500 | python scripts/openfisca_compare.py > docs/explanation/openfisca.md
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cspu.bench.openfisca import Reason, read

_HEAD = """# Compared with OpenFisca-France

[OpenFisca-France](https://github.com/openfisca/openfisca-france) {version} is an independent reading of
the same law, kept by others. `cspu bench openfisca` draws {persons} families (seed {seed}), tells each
twice, as facts of ours and as inputs of OpenFisca, and compares to the cent. What differs must have a
reason: a condition, a bound and an article, in `src/cspu/bench/openfisca.yaml`. This page is written
from a run by `scripts/openfisca_compare.py`.

| comparison | right | OpenFisca's variable | compared | equal | explained | unexplained |
|---|---|---|---:|---:|---:|---:|
"""
_NOT_COMPARED = """
## What is not compared, and why

- Amounts of RSA, activity bonus, housing benefit and disability allowance after means: we do not encode
  them, [OpenFisca computes them](../adr/0026-openfisca.md). Their bases and who is entitled are
  compared above.
- The hardship account (C2P): OpenFisca has only the two employers' contributions that paid for it from
  2015 to 2017, which no text of ours reads.
- Unemployment benefit after six months: OpenFisca uses the threshold where the fall begins (92.57 €) as
  the least amount after it (64.80 €), so that nothing ever falls. Days paid when one works, and the
  affiliation itself, depend on a history of 24 months that these families do not have; the daily amount
  and the duration are compared.
- Allowances of carers and parents of ill children: OpenFisca keeps the rates abolished in 2022.

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


def main() -> None:
    """Standard input to standard output."""
    rows = [json.loads(line) for line in sys.stdin if line.strip()]
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
    print(_NOT_COMPARED, end="")


if __name__ == "__main__":
    main()
