"""From the vocabulary to SQL: how each fact a right speaks of is read from the life course.

A fact is a column `f_<name>` over the rows of `base`: one row per person, per employer where the
right is kept per employer, and per period. `$1` is the array of persons in order, `$2` the date.

Note [silence]. A sum with no measure at all is unknown, unless the vocabulary says that nobody
declares what did not happen (`at_least`): then it is none. What is known of a period that is not
wholly known counts, and the page says what is missing. A status nobody asserted is not held.

Note [read persons by range]. `$1` is sorted, so its ends bound a stretch of the primary key: read
in order and filtered, ten thousand persons cost one scan instead of ten thousand descents. For the
same reason the measures wanted are compared in another collation, and the last month is asked IS TRUE:
it keeps them out of the index, which would look for the next of them at each row.
The array itself is read through a subquery: a planner that sees ten thousand constants weighs each of
them for each table, which takes as long as reading the rows.

Note [sight asked once]. A request reads only rows whose `person_id = kernel.in_sight()`. Joined to
anything else about that person, a planner carries this equality over to the other side and asks it of
every row there, or reads the table anew for each: dearer than the law itself. So a table that rows are
joined to is read on its own first, materialized; in the order of its key, which is what all is sorted by.

Note [months before]. Some laws look back from the day a situation began, not from the period: what
was earned in the two years before unemployment, say. The run is the unbroken one that reaches into
the period; the months before it are whole months, the last being that of the eve. Work is counted
with every employer, even where the right is kept with one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cspu.kernel.facts import Fact, FactType, WhenIncomplete

NOBODY = "'00000000-0000-0000-0000-000000000000'::uuid"

_KEY = "person_id, organisation_id, period_start"
_IN_RANGE = "BETWEEN ($1)[1] AND ($1)[cardinality($1)]"
_LAST_MONTH = "date_trunc('month', (r.since - 1)::timestamp)::date"
_SQL_TYPES = {
    FactType.BOOLEAN: "boolean",
    FactType.INTEGER: "numeric",
    FactType.DECIMAL: "numeric",
    FactType.DATE: "date",
    FactType.TEXT: "text",
}


class UnknownDerivationError(ValueError):
    """A fact of the vocabulary says it derives in a way that does not exist."""


def quoted(*texts: str) -> str:
    """SQL string literals, separated by commas."""
    return ", ".join("'" + text.replace("'", "''") + "'" for text in texts)


def among(alias: str) -> str:
    """The condition that a row is a fact held to be true of one of the persons asked for."""
    return f"{asked_for(alias)} AND ({alias}.recorded_to = 'infinity') IS TRUE"


def asked_for(alias: str) -> str:
    """The condition that a row of a person table is about one of the persons asked for."""
    person = f"{alias}.person_id"
    return f"{person} {_IN_RANGE} AND {person} = ANY ((SELECT $1)::uuid[])"


COURSE = (
    "SELECT c.person_id, c.birth_date FROM lifecourse.course AS c\n"
    f"WHERE {asked_for('c')} ORDER BY c.person_id"
)


@dataclass(slots=True)
class _Before:
    """What is read together of the months before a run: the widest window, all the words."""

    columns: dict[str, str] = field(default_factory=dict)
    words: set[str] = field(default_factory=set)
    months: int = 0


@dataclass(slots=True)
class Derivations:
    """The common table expressions, joins and columns for a set of facts.

    `lived` is what is read from the spells that touch a period, grouped with `base` itself; `read`,
    the tables of the life course to read before anything else. See Note [sight asked once].
    """

    step: str
    per_employer: bool
    lived: dict[str, str] = field(default_factory=dict)
    read: dict[str, str] = field(default_factory=dict)
    tables: dict[str, str] = field(default_factory=dict)
    joins: list[str] = field(default_factory=list)
    columns: dict[str, str] = field(default_factory=dict)
    _measured: dict[str, str] = field(default_factory=dict)
    _measures: set[str] = field(default_factory=set)
    _described: dict[str, str] = field(default_factory=dict)
    _happened: dict[str, str] = field(default_factory=dict)
    _before: dict[tuple[str, str], _Before] = field(default_factory=dict)

    def add(self, fact: Fact) -> None:
        """Prepare one fact; UnknownDerivationError if its way of deriving is not known."""
        ((way, of),) = fact.derive.items()
        match way:
            case "sum" | "months":
                self._add_measured(fact, way, of)
            case "max_by_organisation":
                self._add_largest(fact, of)
            case "in" | "days_in" | "months_in":
                self._add_lived(fact, way, of)
            case "continuous_months_in":
                self._add_run(fact, of)
            case "sum_before" | "days_before" | "span_before":
                self._add_before(fact, way, of)
            case "sum_lately":
                self._add_lately(fact, of)
            case "attribute" | "declared" | "events":
                self._add_said(fact, way, of)
            case "age":
                self._add_age(fact)
            case "period":
                self.columns[fact.name] = "(b.period_end - b.period_start + 1)::numeric"
            case _:
                raise UnknownDerivationError(f"{fact.name}: {way}")

    def finish(self) -> None:
        """Write the shared tables once every fact is known."""
        if self._measured:
            key = _KEY if self.per_employer else "person_id, period_start"
            self._table("measured", self._measured_table(), key)
        if self._described:
            self._table("described", self._described_table(), "person_id, period_start")
        if self._happened:
            self._table("happened", self._happened_table(), "person_id, period_start")
        for (kind, status), before in self._before.items():
            self.tables.setdefault(f"since_{status}", self._run_start(status))
            self._table(f"{kind}_before_{status}", self._before_table(kind, status, before), _KEY)

    def _add_measured(self, fact: Fact, way: str, of: str) -> None:
        self._measures.add(of)
        wanted = f"m.measure = {quoted(of)}"
        self._measured[fact.name] = (
            f"sum(m.value) FILTER (WHERE {wanted})"
            if way == "sum"
            else f"nullif(count(DISTINCT m.month) FILTER (WHERE {wanted} AND m.value > 0), 0)"
        )
        self.columns[fact.name] = _known(fact, f"measured.f_{fact.name}")

    def _add_largest(self, fact: Fact, of: str) -> None:
        name = f"largest_{fact.name}"
        body = (
            f"SELECT person_id, period_start, max(total) AS f_{fact.name} FROM (\n"
            f"SELECT m.person_id, m.organisation_id, {self._truncated('m.month')} AS period_start,\n"
            f"sum(m.value) AS total FROM lifecourse.measure AS m WHERE {among('m')}\n"
            f"AND m.measure = {quoted(of)} GROUP BY 1, 2, 3) AS each\n"
            "GROUP BY person_id, period_start"
        )
        self._table(name, body, "person_id, period_start")
        self.columns[fact.name] = _known(fact, f"{name}.f_{fact.name}")

    def _add_lately(self, fact: Fact, of: Sequence[str]) -> None:
        """What the months just before the period held, with everybody; unknown may be one month alone."""
        months, *words = of
        complete = f"count(DISTINCT m.month) = {int(months)}"
        total = "sum(m.value)"
        if fact.when_incomplete is WhenIncomplete.UNKNOWN:
            total = f"CASE WHEN {complete} THEN {total} END"
        name, back = f"lately_{fact.name}", f"interval '{int(months)} months'"
        self.read[f"read_{name}"] = (
            "SELECT m.person_id, m.month, m.value FROM lifecourse.measure AS m\n"
            f"WHERE {among('m')} AND m.measure IN ({quoted(*words)}) AND m.month BETWEEN\n"
            f"(SELECT min(period_start) FROM period) - {back} AND $2 ORDER BY m.person_id"
        )
        body = (
            f"SELECT m.person_id, p.period_start, {total} AS f_{fact.name}\n"
            f"FROM read_{name} AS m JOIN period AS p\n"
            f"ON m.month < p.period_start AND m.month >= p.period_start - {back} GROUP BY 1, 2"
        )
        self._table(name, body, "person_id, period_start")
        self.columns[fact.name] = _known(fact, f"{name}.f_{fact.name}")

    def _add_lived(self, fact: Fact, way: str, of: Sequence[str]) -> None:
        wanted = f"s.status IN ({quoted(*of)})"
        if way == "in":
            self.lived[fact.name] = f"bool_or({wanted})"
            self.columns[fact.name] = f"coalesce(b.f_{fact.name}, FALSE)"
            return
        covered = f"range_agg(s.valid * p.span) FILTER (WHERE {wanted})"
        self.lived[fact.name] = f"lifecourse.{way.removesuffix('_in')}({covered})"
        self.columns[fact.name] = f"coalesce(b.f_{fact.name}, 0)::numeric"

    def _add_age(self, fact: Fact) -> None:
        if "course" not in self.read:
            self.read["course"] = COURSE
            self.joins.append("JOIN course AS c ON c.person_id = b.person_id")
        self.columns[fact.name] = "lifecourse.age(c.birth_date, b.period_end)::numeric"

    def _add_run(self, fact: Fact, of: Sequence[str]) -> None:
        name = f"run_{fact.name}"
        employer = ", organisation_id" if self.per_employer else ""
        body = (
            f"SELECT b.person_id, b.organisation_id, b.period_start, max(lifecourse.whole_months(\n"
            f"lower(run), least(upper(run) - 1, b.period_end))) AS f_{fact.name}\n"
            f"FROM base AS b JOIN (\n"
            f"SELECT person_id{employer}, unnest(range_agg(valid)) AS run FROM spells\n"
            f"WHERE status IN ({quoted(*of)}) GROUP BY person_id{employer}) AS r\n"
            f"ON r.person_id = b.person_id{self._same_employer('r')}\n"
            "AND run && daterange(b.period_start, b.period_end, '[]') GROUP BY 1, 2, 3"
        )
        self._table(name, body, _KEY)
        self.columns[fact.name] = f"coalesce({name}.f_{fact.name}, 0)::numeric"

    def _add_before(self, fact: Fact, way: str, of: Sequence[str]) -> None:
        """What the months before the current run of a status held. See Note [months before]."""
        status, months, *words = of
        first = _first_of(months)
        span = f"s.valid * daterange({first}, r.since)"

        def listed_in(column: str) -> str:
            return f"{column} IN ({quoted(*words)})"

        kind, sql = {
            "sum_before": (
                "earned",
                f"sum(m.value) FILTER (WHERE {listed_in('m.measure')} AND m.month >= {first})",
            ),
            "days_before": (
                "worked",
                f"lifecourse.days(range_agg({span}) FILTER (WHERE {listed_in('s.status')}))",
            ),
            "span_before": (
                "worked",
                f"any_value(r.since) - min(lower({span})) FILTER (WHERE {listed_in('s.status')})",
            ),
        }[way]
        before = self._before.setdefault((kind, status), _Before())
        before.columns[fact.name] = sql
        before.words.update(words)
        before.months = max(before.months, int(months))
        value = f"{kind}_before_{status}.f_{fact.name}"
        self.columns[fact.name] = (
            _known(fact, value) if kind == "earned" else f"coalesce({value}, 0)::numeric"
        )

    def _before_table(self, kind: str, status: str, before: _Before) -> str:
        """One row a period: what any of the facts reads of the months before."""
        words, first = quoted(*sorted(before.words)), _first_of(str(before.months))
        if kind == "earned":
            self.read[f"paid_{status}"] = (
                "SELECT m.person_id, m.measure, m.month, m.value FROM lifecourse.measure AS m\n"
                f"WHERE {among('m')} AND m.measure IN ({words}) ORDER BY m.person_id"
            )
        source = {
            "earned": f"paid_{status} AS m ON m.person_id = r.person_id\n"
            f"AND m.month BETWEEN {first} AND {_LAST_MONTH}",
            "worked": f"spells AS s ON s.person_id = r.person_id AND s.status IN ({words})\n"
            f"AND s.valid && daterange({first}, r.since)",
        }[kind]
        return (
            f"SELECT r.person_id, r.organisation_id, r.period_start,\n{listed(before.columns)}\n"
            f"FROM since_{status} AS r JOIN {source} GROUP BY 1, 2, 3"
        )

    def _run_start(self, status: str) -> str:
        """The first day of the latest unbroken run of a status that reaches into the period."""
        return (
            "SELECT b.person_id, b.organisation_id, b.period_start, max(lower(run)) AS since\n"
            "FROM base AS b JOIN (\n"
            "SELECT person_id, unnest(range_agg(valid)) AS run FROM spells\n"
            f"WHERE status = {quoted(status)} GROUP BY person_id) AS runs\n"
            "ON runs.person_id = b.person_id\n"
            "AND run && daterange(b.period_start, b.period_end, '[]') GROUP BY 1, 2, 3"
        )

    def _add_said(self, fact: Fact, way: str, of: str) -> None:
        if way == "events":
            self._happened[fact.name] = f"count(*) FILTER (WHERE e.kind = {quoted(of)})"
            self.columns[fact.name] = f"coalesce(happened.f_{fact.name}, 0)::numeric"
            return
        self._described[fact.name] = of
        value, sql_type = f"described.f_{fact.name}", _SQL_TYPES[fact.type]
        if way == "declared" and fact.type is FactType.BOOLEAN:
            self.columns[fact.name] = f"coalesce({value} = 'true', FALSE)"
        elif fact.type is FactType.TEXT:
            self.columns[fact.name] = value
        else:
            said = f"coalesce({value}, '0')" if way == "declared" else value
            valid = f"pg_input_is_valid({said}, '{sql_type}')"
            self.columns[fact.name] = f"CASE WHEN {valid} THEN {said}::{sql_type} END"

    def _measured_table(self) -> str:
        employer, keys = ("m.organisation_id, ", "1, 2, 3") if self.per_employer else ("", "1, 2")
        return (
            f"SELECT m.person_id, {employer}{self._truncated('m.month')} AS period_start,\n"
            f"{listed(self._measured)}\n"
            f"FROM lifecourse.measure AS m\nWHERE {among('m')} AND (m.month <= $2) IS TRUE\n"
            f'AND m.measure COLLATE "C" IN ({quoted(*sorted(self._measures))}) GROUP BY {keys}'
        )

    def _described_table(self) -> str:
        """The latest value that holds on the last day of the period; one sort for all attributes."""
        latest = {
            name: f"max(d.value) FILTER (WHERE d.attribute = {quoted(of)})"
            for name, of in self._described.items()
        }
        wanted = quoted(*sorted(set(self._described.values())))
        self.read["attribute"] = (
            "SELECT a.person_id, a.attribute, a.value, a.valid, a.asserted_for\n"
            f"FROM lifecourse.attribute AS a WHERE {among('a')} AND a.attribute IN ({wanted})\n"
            "ORDER BY a.person_id"
        )
        key = "a.person_id, p.period_start, a.attribute"
        return (
            f"SELECT d.person_id, d.period_start,\n{listed(latest)}\n"
            f"FROM (SELECT DISTINCT ON ({key}) {key}, a.value\n"
            "FROM attribute AS a JOIN period AS p ON a.valid @> p.period_end\n"
            f"ORDER BY {key}, lower(a.valid) DESC NULLS LAST, a.asserted_for DESC, a.value DESC\n"
            ") AS d GROUP BY 1, 2"
        )

    def _happened_table(self) -> str:
        return (
            f"SELECT e.person_id, {self._truncated('e.happened_on')} AS period_start,\n"
            f"{listed(self._happened)}\n"
            f"FROM lifecourse.event AS e WHERE {among('e')} GROUP BY 1, 2"
        )

    def _table(self, name: str, body: str, key: str) -> None:
        self.tables[name] = body
        same = " AND ".join(f"{name}.{column} = b.{column}" for column in key.split(", "))
        self.joins.append(f"LEFT JOIN {name} ON {same}")

    def _same_employer(self, alias: str) -> str:
        return f" AND {alias}.organisation_id = b.organisation_id" if self.per_employer else ""

    def _truncated(self, column: str) -> str:
        if self.step == "month" and column == "m.month":
            return column
        return f"date_trunc('{self.step}', {column}::timestamp)::date"


def derive(facts: Iterable[Fact], *, step: str, per_employer: bool) -> Derivations:
    """The derivations of a set of facts at one rhythm (`month`, `quarter` or `year`)."""
    derivations = Derivations(step, per_employer)
    for fact in facts:
        derivations.add(fact)
    derivations.finish()
    return derivations


def _first_of(months: str) -> str:
    """The first of so many whole months that end on the eve of a run."""
    return f"({_LAST_MONTH} - interval '{int(months) - 1} months')::date"


def _known(fact: Fact, column: str) -> str:
    value = f"round({column}, {fact.scale})"
    return f"coalesce({value}, 0)" if fact.when_incomplete is WhenIncomplete.AT_LEAST else value


def listed(columns: Mapping[str, Any]) -> str:
    """Columns of facts for a SELECT list."""
    return ",\n".join(f"{sql} AS f_{name}" for name, sql in columns.items())
