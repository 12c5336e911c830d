"""What the files must be to each other: no unknown word, no secrecy above a role's, no excess."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from cspu.kernel.text import Text
from cspu.kernel.yaml_source import Finding, Form, Item, known_values
from cspu.trust.access.model import (
    CONSENT,
    AccessTable,
    Bound,
    Relation,
    Role,
    Verb,
    View,
)

LONGEST_TERM = 365
"""Days: nobody agrees, or entrusts, for longer than a year at a time."""

KINDS = ("right", "status", "measure", "attribute", "event")
PLAIN_KINDS = ("identity", "birth_date")


def check(table: AccessTable, forms: Mapping[str, Form], findings: list[Finding]) -> None:
    """Add to `findings` whatever the files say that cannot hold."""
    for found in (
        _scopes(table, forms["scopes"]),
        _bases(table, forms["bases"]),
        _verbs(table, forms["roles"]),
        _roles(table, forms["roles"]),
        _purposes(table, forms["purposes"]),
        _themes(table, forms["themes"]),
        _regions(table, forms["regions"]),
    ):
        findings.extend(found)


def _unknown(code: str, items: Collection[Item], known: Collection[str]) -> Iterator[Finding]:
    for item in items:
        if item.value not in known:
            yield item.finding(code, str(item.value), known_values(known))


def _part(item: Item, name: str) -> Item:
    """The field of an item, or the item itself where the field is missing."""
    return (item.mapping or {}).get(name, item)


def _list(item: Item, name: str) -> tuple[Item, ...]:
    return tuple(_part(item, name).sequence or ())


def _scopes(table: AccessTable, form: Form) -> Iterator[Finding]:
    seen: dict[str, str] = {}
    for key, item in form.named("scopes").items():
        yield from _unknown("secrecy", [_part(item, "secrecy")], table.classes)
        for kind in _list(item, "opens"):
            name = str(kind.value)
            family, colon, word = name.partition(":")
            if name not in PLAIN_KINDS and not (family in KINDS and colon and word):
                yield kind.finding("kind", name, _KINDS)
            if name in seen:
                yield kind.finding("kind_twice", name, _kind_twice(seen[name]))
            seen[name] = key


def _bases(table: AccessTable, form: Form) -> Iterator[Finding]:
    items = dict(form.named("legal_bases"))
    if CONSENT in items:
        yield items[CONSENT].finding("basis", CONSENT, _CONSENT_APART)
    consent = form["consent"]
    for key, item in {**items, **({CONSENT: consent} if consent else {})}.items():
        basis = table.bases[key]
        if not basis.reference.strip():
            yield item.finding("no_reference", key, _NO_REFERENCE)
        if (key == CONSENT) != (basis.relation is Relation.CONSENT):
            yield _part(item, "relation").finding("relation", str(basis.relation), _CONSENT_ONLY)


def _verbs(table: AccessTable, form: Form) -> Iterator[Finding]:
    for verb in Verb:
        if verb not in table.verbs:
            yield form.item.finding("verb", verb, _VERB_UNSAID)


def _roles(table: AccessTable, form: Form) -> Iterator[Finding]:
    for key, item in form.named("roles").items():
        role = table.roles[key]
        yield from _unknown("secrecy", [_part(item, "secrecy")], table.classes)
        sees = {Verb.READ, Verb.ANSWER} & {verb for line in role.view for verb in line.verbs}
        if sees and not role.second_factor:
            yield _part(item, "second_factor").finding("second_factor", key, _SECOND_FACTOR)
        purposes = table.purposes_of(key)
        if role.view and not purposes:
            yield item.finding("no_purpose", key, _ROLE_WITHOUT_PURPOSE)
        agreed = any(line.basis == CONSENT for line in role.view)
        if agreed and purposes and not any(purpose.terms for purpose in purposes):
            yield item.finding("no_term", key, _CONSENT_WITHOUT_TERM)
        said: set[tuple[str, Verb]] = set()
        for line, written in zip(role.view, _list(item, "view"), strict=True):
            yield from _line(table, role, line, written)
            for verb in line.verbs:
                if (line.scope, verb) in said:
                    yield written.finding("cell_twice", f"{line.scope}: {verb}", _CELL_TWICE)
                said.add((line.scope, verb))


def _line(table: AccessTable, role: Role, line: View, item: Item) -> Iterator[Finding]:
    yield from _unknown("scope", [_part(item, "scope")], table.scopes)
    yield from _unknown("basis", [_part(item, "basis")], table.bases)
    scope = table.scopes.get(line.scope)
    if scope and _rank(table, scope.secrecy) > _rank(table, role.secrecy):
        allowed = [key for key in table.classes if _rank(table, key) <= _rank(table, role.secrecy)]
        yield _part(item, "scope").finding(
            "secrecy", f"{line.scope} ({scope.secrecy})", known_values(allowed)
        )
    if not line.verbs and line.regional is not Bound.WIDEN:
        yield _part(item, "verbs").finding("no_verb", line.scope, _NO_VERB)
    if Verb.ASK in line.verbs and (line.basis != CONSENT or Verb.READ not in line.verbs):
        yield _part(item, "verbs").finding("ask", line.scope, _ASK)
    if line.regional is Bound.WIDEN and line.basis != CONSENT:
        yield _part(item, "regional").finding("regional", line.basis, _WIDEN)


def _rank(table: AccessTable, secrecy: str) -> int:
    """How secret a class is; what is unknown, and said elsewhere, counts as least."""
    return table.classes[secrecy].rank if secrecy in table.classes else 0


def _purposes(table: AccessTable, form: Form) -> Iterator[Finding]:
    for key, item in form.named("purposes").items():
        if not table.purposes[key].roles:
            yield _part(item, "roles").finding("no_role", key, known_values(table.roles))
        yield from _unknown("role", _list(item, "roles"), table.roles)
        for days in _list(item, "terms"):
            yield from _days(days)
        if table.purposes[key].mask:
            yield from _days(_part(_part(item, "masked"), "days"))


def _days(item: Item) -> Iterator[Finding]:
    days = item.value
    if isinstance(days, bool) or not isinstance(days, int) or not 1 <= days <= LONGEST_TERM:
        yield item.finding("days", str(days), _DAYS)


def _themes(table: AccessTable, form: Form) -> Iterator[Finding]:
    named: dict[str, str] = {}
    for key, item in form.named("themes").items():
        yield from _unknown("scope", _list(item, "scopes"), table.scopes)
        rep_scope = table.themes[key].rep_scope
        if rep_scope in named:
            yield _part(item, "rep_scope").finding("rep_scope", rep_scope, _REP_SCOPE)
        named[rep_scope] = key
    for item in form.named("durations").values():
        yield from _days(_part(item, "days"))


@dataclass(frozen=True, slots=True)
class _Change:
    """What a region writes about one scope of one role."""

    scope: str
    item: Item
    role: Role


def _regions(table: AccessTable, form: Form) -> Iterator[Finding]:
    for region, by_role in form.named("settings").items():
        if region not in table.regions:
            yield by_role.finding("region", region, known_values(table.regions))
        if by_role.mapping is None:
            yield by_role.finding("shape", region, known_values(table.roles))
        for key, by_scope in (by_role.mapping or {}).items():
            if by_scope.mapping is None:
                yield by_scope.finding("shape", key, known_values(table.scopes))
            if key not in table.roles:
                yield by_scope.finding("role", key, known_values(table.roles))
                continue
            for scope, item in (by_scope.mapping or {}).items():
                yield from _change(table, _Change(scope, item, table.roles[key]))


def _change(table: AccessTable, change: _Change) -> Iterator[Finding]:
    if change.scope not in table.scopes:
        yield change.item.finding("scope", change.scope, known_values(table.scopes))
        return
    lines = [line for line in change.role.view if line.scope == change.scope]
    added, removed = _list(change.item, "add"), _list(change.item, "remove")
    held = {verb.value for line in lines for verb in line.verbs}
    for item in added:
        if item.value in held or not any(line.regional is Bound.WIDEN for line in lines):
            yield item.finding("bound", f"{change.scope}: +{item.value}", _bound(lines))
        elif item.value == Verb.ANSWER.value:
            yield item.finding("bound", f"{change.scope}: +{item.value}", _ANSWER)
    for item in removed:
        if not any(line.regional is Bound.NARROW and item.value in line.verbs for line in lines):
            yield item.finding("bound", f"{change.scope}: -{item.value}", _bound(lines))
    left = held.union(str(item.value) for item in added) - {str(item.value) for item in removed}
    if Verb.ASK.value in left and Verb.READ.value not in left:
        yield change.item.finding("ask", change.scope, _ASK)


def _bound(lines: Collection[View]) -> Text:
    said = "; ".join(f"{line.regional} ({', '.join(line.verbs) or '—'})" for line in lines)
    said = said or Bound.FIXED
    return Text(
        fr=f"Une région ne change que ce que roles.yaml permet ; ici : {said}.",
        en=f"A region changes only what roles.yaml lets it; here: {said}.",
    )


def _kind_twice(scope: str) -> Text:
    return Text(
        fr=f"Ce type de ligne est déjà ouvert par « {scope} » ; gardez-en un.",
        en=f"This kind of row is already opened by “{scope}”; keep one.",
    )


_KINDS = Text(
    fr="Types : identity, birth_date, ou right:, status:, measure:, attribute:, event: suivi d’un mot.",
    en="Allowed kinds: identity, birth_date, or right:, status:, measure:, attribute:, event: and a word.",
)
_CONSENT_APART = Text(
    fr="L’accord de la personne s’écrit sous `consent`, pas parmi les autres bases.",
    en="The person's consent is written under `consent`, not among the other bases.",
)
_CONSENT_ONLY = Text(
    fr="La relation consent est celle de la base consent, et d’elle seule.",
    en="The relation consent is that of the basis consent, and of it alone.",
)
_NO_REFERENCE = Text(
    fr="Une base dit où elle est écrite : texte et article.",
    en="A basis says where it is written: text and article.",
)
_VERB_UNSAID = Text(
    fr="Chaque verbe a son libellé sous `verbs`.", en="Each verb has its label under `verbs`."
)
_SECOND_FACTOR = Text(
    fr="Qui voit les données d’autrui a un second facteur : écrivez true.",
    en="Whoever sees another's data has a second factor: write true.",
)
_ROLE_WITHOUT_PURPOSE = Text(
    fr="Ce rôle ne peut donner aucun motif : nommez-le dans purposes.yaml.",
    en="This role can give no purpose: name it in purposes.yaml.",
)
_CONSENT_WITHOUT_TERM = Text(
    fr="Ce rôle demande l’accord : l’un de ses motifs dit pour combien de jours (`terms`).",
    en="This role asks for consent: one of its purposes says for how many days (`terms`).",
)
_CELL_TWICE = Text(
    fr="Un rôle n’a qu’une base par domaine et verbe.",
    en="A role has one basis for a scope and verb.",
)
_NO_VERB = Text(
    fr="Une ligne sans verbe n’a de sens qu’avec `regional: widen`.",
    en="A line without verbs only makes sense with `regional: widen`.",
)
_ASK = Text(
    fr="On demande l’accord (ask) pour pouvoir voir (read) : les deux vont ensemble, sur la base consent.",
    en="One asks (ask) to be able to see (read): both go together, on the basis consent.",
)
_WIDEN = Text(
    fr="Une région n’élargit que ce que la personne accepte : base permise : consent.",
    en="A region widens only what the person agrees to: allowed basis: consent.",
)
_ANSWER = Text(
    fr="Répondre tient à ce qu’on a déclaré : verbes permis : read, ask, verify.",
    en="Answering follows from what one declared: allowed verbs: read, ask, verify.",
)
_DAYS = Text(
    fr=f"Un nombre entier de jours, de 1 à {LONGEST_TERM}.",
    en=f"A whole number of days, from 1 to {LONGEST_TERM}.",
)
_REP_SCOPE = Text(
    fr="Deux thèmes ne portent pas le même rep_scope.", en="Two themes do not share a rep_scope."
)
