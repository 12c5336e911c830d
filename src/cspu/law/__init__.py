"""The law in force: one text per right, its language, its compiler, its explanations. No Django.

The room reads no database: it turns texts into typed trees, trees into SQL, and the values the
database gives back into sentences.
"""

from cspu.law.checking import check_pack
from cspu.law.loading import load_pack
from cspu.law.model import LawPack, Right, RightVersion
from cspu.law.trees import (
    LawRefused,
    VersionSql,
    VersionTrees,
    duckdb_version,
    postgres_version,
    version_trees,
)

__all__ = [
    "LawPack",
    "LawRefused",
    "Right",
    "RightVersion",
    "VersionSql",
    "VersionTrees",
    "check_pack",
    "duckdb_version",
    "load_pack",
    "postgres_version",
    "version_trees",
]
