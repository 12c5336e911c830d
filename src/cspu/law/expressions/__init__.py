"""The language of the law: a typed whitelist of SQL expressions, compiled to two engines."""

from cspu.law.expressions.duckdb import compile_duckdb, compile_duckdb_minor
from cspu.law.expressions.nodes import Kind, Node, Origin, Refusal, Span, ValueType
from cspu.law.expressions.postgres import compile_postgres, compile_postgres_minor
from cspu.law.expressions.reading import Reading, parse
from cspu.law.expressions.scope import Scope, Symbol, fact_symbol

__all__ = [
    "Kind",
    "Node",
    "Origin",
    "Reading",
    "Refusal",
    "Scope",
    "Span",
    "Symbol",
    "ValueType",
    "compile_duckdb",
    "compile_duckdb_minor",
    "compile_postgres",
    "compile_postgres_minor",
    "fact_symbol",
    "parse",
]
