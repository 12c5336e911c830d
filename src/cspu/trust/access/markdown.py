"""The table of access as a page: French terms with code names, for whoever has to judge it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cspu.kernel.markdown import grid, listed, named
from cspu.trust.access.model import AccessTable, Bound, Role, Verb

_LETTERS = {Verb.READ: "V", Verb.ASK: "D", Verb.ANSWER: "R", Verb.VERIFY: "P"}
_MARKS = {Bound.FIXED: "", Bound.NARROW: "−", Bound.WIDEN: "+"}

_HEAD = """\
# Who may see what

Generated from `src/cspu/trust/access/*.yaml` by `cspu trust access --markdown`: change the files,
not this page. French terms, with their code names. The default view of each kind of actor is the
least it needs; what is not written is refused.
"""

_UNWRITTEN = """\
Checking a proof (`verify`) writes no line in the journal, on line or off: whoever checks reads the words
that the person herself handed over, our public keys, and the public list of withdrawn places, in which no
place says whose it is. No row of hers is read, and the checker need not be known: a line would tell us
where she goes with her proofs. Making, showing and withdrawing a proof are hers, and each is a line.
"""


def render(table: AccessTable) -> str:
    """The whole page."""
    sections = (
        _HEAD,
        _matrix(table),
        _scopes(table),
        _roles(table),
        _bases(table),
        _purposes(table),
        _themes(table),
        _regions(table),
    )
    return "\n".join(sections)


def _matrix(table: AccessTable) -> str:
    numbers = {key: number for number, key in enumerate(table.bases, start=1)}
    verbs = ", ".join(
        f"**{_LETTERS[verb]}** {label.fr} (`{verb}`)" for verb, label in table.verbs.items()
    )
    bases = ", ".join(f"{number} {table.bases[key].label.fr}" for key, number in numbers.items())
    legend = (
        f"## Role × scope\n\n{verbs}. The number is the basis: {bases}.\n"
        "A region may take away what bears −, and add where there is +. An empty case is refused.\n\n"
    )
    titles = ["", *(named(scope.label.fr, key) for key, scope in table.scopes.items())]
    rows = (
        [named(role.label.fr, key), *(_case(role, scope, numbers) for scope in table.scopes)]
        for key, role in table.roles.items()
    )
    return legend + grid(titles, rows)


def _case(role: Role, scope: str, numbers: dict[str, int]) -> str:
    parts = [
        "".join(_LETTERS[verb] for verb in Verb if verb in line.verbs)
        + str(numbers[line.basis])
        + _MARKS[line.regional]
        for line in role.view
        if line.scope == scope
    ]
    return " ".join(parts)


def _scopes(table: AccessTable) -> str:
    classes = (
        [str(each.rank), named(each.label.fr, key), each.definition.fr]
        for key, each in table.classes.items()
    )
    scopes = (
        [
            named(each.label.fr, key),
            table.classes[each.secrecy].label.fr,
            each.shows.fr,
            listed(each.opens),
            each.notes,
        ]
        for key, each in table.scopes.items()
    )
    return (
        "## Scopes and secrecy\n\n"
        + grid(["rank", "class", "definition"], classes)
        + "\n"
        + grid(["scope", "class", "« ce qu’ils verront »", "kinds of rows", "why here"], scopes)
    )


def _roles(table: AccessTable) -> str:
    rows = (
        [
            named(each.label.fr, key),
            each.description.fr,
            each.organisation.fr,
            table.classes[each.secrecy].label.fr,
            "yes" if each.second_factor else "no",
        ]
        for key, each in table.roles.items()
    )
    titles = ["role", "who", "organisations", "highest class", "second factor"]
    return f"## Roles\n\n{grid(titles, rows)}"


def _bases(table: AccessTable) -> str:
    rows = (
        [
            str(number),
            named(each.label.fr, key),
            each.sentence.fr,
            each.reference + (" *(assumed)*" if each.assumed else ""),
            f"`{each.relation}`",
        ]
        for number, (key, each) in enumerate(table.bases.items(), start=1)
    )
    titles = ["", "basis", "what the person reads", "reference", "on record"]
    return (
        "## Bases\n\n*(assumed)*: the project's reading of the law, which no lawyer confirmed. "
        f"`own_file` opens a scope, `own_rows` only the rows that the organisation asserted itself.\n\n"
        f"{grid(titles, rows)}\n{_UNWRITTEN}"
    )


def _purposes(table: AccessTable) -> str:
    rows = (
        [
            named(each.label.fr, key),
            each.sentence.fr,
            listed(each.roles),
            ", ".join(str(days) for days in each.terms) or "—",
            f"{each.mask.days} days: {each.mask.rule.fr}" if each.mask else "",
        ]
        for key, each in table.purposes.items()
    )
    titles = ["purpose", "what the person reads", "roles", "terms of consent, days", "masked"]
    return f"## Purposes\n\n{grid(titles, rows)}"


def _themes(table: AccessTable) -> str:
    themes = (
        [named(each.label.fr, key), f"`{each.rep_scope}`", listed(each.scopes)]
        for key, each in table.themes.items()
    )
    durations = (
        [named(each.label.fr, key), str(each.days)] for key, each in table.durations.items()
    )
    return (
        "## Mandates\n\n"
        + grid(["theme", "`rep_scope`", "scopes"], themes)
        + "\n"
        + grid(["duration", "days"], durations)
    )


def _regions(table: AccessTable) -> str:
    rows = _changes(table)
    titles = ["region", "role", "scope", "change"]
    return (
        "## Regions\n\nExamples of the project's: no region asked for any of these.\n\n"
        f"{grid(titles, rows)}"
    )


def _changes(table: AccessTable) -> Iterator[Sequence[str]]:
    for each in table.settings:
        yield (
            named(table.regions[each.region].fr, each.region),
            named(table.roles[each.role].label.fr, each.role),
            named(table.scopes[each.scope].label.fr, each.scope),
            f"{'adds' if each.allowed else 'takes away'} `{each.verb}`",
        )
