"""An installation of a test's own: its folder, and the server that must not outlive it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cspu.config.postgres.cluster import Cluster


@contextmanager
def installation(folder: Path) -> Iterator[Path]:
    """A folder for CSPU_DATA; its database is stopped and erased in the end."""
    try:
        yield folder
    finally:
        cluster = Cluster(folder / "postgres")
        cluster.stop()
        shutil.rmtree(cluster.home, ignore_errors=True)
