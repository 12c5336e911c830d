"""The keys of the demonstration's log-in service."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import cspu.demo.provider
from cspu.demo.provider.node import find_node

PAIRS, SECONDS = 5000, 120
_MANY = """
import {{ newKey }} from '{module}';
const kept = new Set();
for (let made = 0; made < {pairs}; made += 1) kept.add(newKey('usual', 'ES256').d);
console.log(JSON.stringify({{ kept: kept.size }}));
"""


def test_making_keys_never_waits_for_ever() -> None:
    """Node 20 stood still within a thousand pairs: the service did not start, and nobody could log in."""
    module = Path(cspu.demo.provider.__file__).with_name("faults.mjs").as_uri()
    program = _MANY.format(module=module, pairs=PAIRS)
    done = subprocess.run(
        [find_node(), "--input-type=module", "--eval", program],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=True,
    )
    assert json.loads(done.stdout) == {"kept": PAIRS}
