"""First gate: only the words and signs of the language reach the parser.

The parser knows the whole of PostgreSQL; this list is what keeps casts, sub-queries, column
paths, comments and every operator outside the language from being read at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sqlglot import Token, TokenType
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import TokenError

from cspu.kernel.text import Text
from cspu.law.expressions.nodes import Refusal, Span

MAX_LENGTH = 4000
MAX_TOKENS = 600
MAX_NESTING = 24

_SIGNS = frozenset(
    {
        TokenType.L_PAREN,
        TokenType.R_PAREN,
        TokenType.COMMA,
        TokenType.PLUS,
        TokenType.DASH,
        TokenType.STAR,
        TokenType.SLASH,
        TokenType.EQ,
        TokenType.NEQ,
        TokenType.LT,
        TokenType.LTE,
        TokenType.GT,
        TokenType.GTE,
        TokenType.NUMBER,
        TokenType.STRING,
    }
)
_WORDS = frozenset(
    "and or not between in case when then else end true false date".split()  # noqa: SIM905
)
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?")
_PLAIN_TEXT = re.compile(r"[A-Za-z0-9_.: -]{0,64}")
_FUNCTION_WORDS = frozenset({"least", "greatest"})

ALLOWED = Text(
    fr="Sont permis : noms de faits et de paramètres, nombres, 'textes', DATE 'aaaa-mm-jj', TRUE, "
    "FALSE, + - * /, = <> < <= > >=, AND, OR, NOT, BETWEEN, IN (valeurs), CASE WHEN, least, "
    "greatest, round_up, round_down, round_half_up.",
    en="Allowed: names of facts and parameters, numbers, 'texts', DATE 'yyyy-mm-dd', TRUE, FALSE, "
    "+ - * /, = <> < <= > >=, AND, OR, NOT, BETWEEN, IN (values), CASE WHEN, least, greatest, "
    "round_up, round_down, round_half_up.",
)
_REFUSED_WORDS = frozenset(
    [
        "select",
        "from",
        "where",
        "null",
        "is",
        "as",
        "cast",
        "like",
        "ilike",
        "similar",
        "coalesce",
        "exists",
        "any",
        "all",
        "some",
        "with",
        "union",
        "distinct",
        "over",
        "filter",
        "collate",
        "interval",
        "using",
        "current_date",
        "current_time",
        "current_timestamp",
        "current_user",
        "session_user",
        "user",
        "localtime",
        "localtimestamp",
    ]
)


def gate(text: str) -> list[Refusal]:
    """Every token that the language does not know; empty when the text may be parsed."""
    if len(text) > MAX_LENGTH:
        return [_too_long(text)]
    try:
        tokens = Dialect.get_or_raise("postgres").tokenize(text)
    except TokenError:
        return [_refusal("syntax", Span(0, len(text)), text, _UNREADABLE)]
    if not tokens:
        return [_refusal("empty", Span(0, len(text)), text, _EMPTY)]
    if len(tokens) > MAX_TOKENS or _nesting(tokens) > MAX_NESTING:
        return [_too_long(text)]
    return list(_refused(tokens, text))


def _refused(tokens: list[Token], text: str) -> Iterator[Refusal]:
    for token in tokens:
        span = Span(token.start, token.end + 1)
        written = text[span.start : span.end]
        if token.comments:
            yield _refusal("comment", span, written, _COMMENT)
        if token.token_type is TokenType.STRING:
            if not _PLAIN_TEXT.fullmatch(token.text) or not written.startswith("'"):
                yield _refusal("text_literal", span, written, _BAD_TEXT)
        elif token.token_type is TokenType.NUMBER:
            if not _NUMBER.fullmatch(written):
                yield _refusal("number_literal", span, written, _BAD_NUMBER)
        elif token.token_type not in _SIGNS and not _is_word(written):
            yield _refusal("not_in_language", span, written, ALLOWED)


def _is_word(written: str) -> bool:
    folded = written.lower()
    if folded in _REFUSED_WORDS:
        return False
    return folded in _WORDS or folded in _FUNCTION_WORDS or _NAME.fullmatch(written) is not None


def _nesting(tokens: list[Token]) -> int:
    depth = deepest = 0
    for token in tokens:
        if token.token_type in (TokenType.L_PAREN, TokenType.CASE):
            depth += 1
        elif token.token_type in (TokenType.R_PAREN, TokenType.END):
            depth -= 1
        deepest = max(deepest, depth)
    return deepest


def _too_long(text: str) -> Refusal:
    return _refusal("too_long", Span(0, len(text)), text[:40] + "…", _TOO_LONG)


def _refusal(code: str, span: Span, offending: str, message: Text) -> Refusal:
    return Refusal(code, span, offending, message)


_EMPTY = Text(fr="L’expression est vide.", en="The expression is empty.")
_UNREADABLE = Text(
    fr="L’expression est illisible : une apostrophe ou une parenthèse manque peut-être.",
    en="The expression cannot be read: a quote or a parenthesis may be missing.",
)
_COMMENT = Text(
    fr="Un commentaire s’écrit en YAML (#), pas dans l’expression.",
    en="Write comments in YAML (#), not inside the expression.",
)
_BAD_TEXT = Text(
    fr="Un texte s’écrit entre apostrophes simples, avec au plus 64 lettres sans accent, chiffres, "
    "espaces ou signes _ . : -",
    en="Write texts between single quotes, with at most 64 unaccented letters, digits, spaces or "
    "the signs _ . : -",
)
_BAD_NUMBER = Text(
    fr="Un nombre s’écrit avec des chiffres et au plus un point : 12 ou 12.5.",
    en="Write numbers with digits and at most one point: 12 or 12.5.",
)
_TOO_LONG = Text(
    fr=f"Expression trop longue ou trop imbriquée (au plus {MAX_LENGTH} caractères, {MAX_TOKENS} "
    f"mots, {MAX_NESTING} niveaux). Nommez des étapes dans `define:`.",
    en=f"Expression too long or too deeply nested (at most {MAX_LENGTH} characters, {MAX_TOKENS} "
    f"words, {MAX_NESTING} levels). Name steps under `define:`.",
)
