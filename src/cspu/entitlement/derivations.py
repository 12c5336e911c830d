"""From the vocabulary to SQL: how each fact a right speaks of is read from the life course.

A fact is a column `f_<name>` over the rows of `base`: one row per person, per employer where the
right is kept per employer, and per period. `$1` is the array of persons, `$2` the date.

Note [silence]. A sum with no measure at all is unknown, unless the vocabulary says that nobody
declares what did not happen (`at_least`): then it is none. What is known of a period that is not
wholly known counts, and the page says what is missing. A status nobody asserted is not held.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from cspu.kernel.facts import Fact, FactType, WhenIncomplete


class UnknownDerivation(ValueError):
    """A fact of the vocabulary says it derives in a way that does not exist."""


@dataclass(slots=True)
class Derivations:
    """The common table expressions and columns for a set of facts."""

    step: str
    per_employer: bool
    tables: dict[str, str] = field(default_factory=dict)
    joins: list[str] = field(default_factory=list)
    columns: dict[str, str] = field(default_factory=dict)
    _sums: dict[str, str] = field(default_factory=dict)
    _measures: set[str] = field(default_factory=set)
    _lived: dict[str, str] = field(default_factory=dict)
    _attributes: dict[str, str] = field(default_factory=dict)
    _events: dict[str, str] = field(default_factory=dict)

    def add(self, fact: Fact) -> None:
        """Prepare one fact; UnknownDerivation if its way of deriving is not known."""
        (way, of), *rest = fact.derive.items()
        handler = _WAYS.get(way)
        if handler is None or rest:
            raise UnknownDerivation(f"{fact.name}: {dict(fact.derive)}")
        handler(self, fact, of)

    def finish(self) -> None:
        """Write the tables once every fact is known."""
        if self._sums:
            self._table("measured", self._measured_table(), self._key())
        if self._lived:
            self._table("lived", self._lived_table(), self._key())
        if self._attributes:
            self._table("described", self._described_table(), self._key())
        if self._events:
            self._table("happened", self._happened_table(), "person_id, period_start")

    # How each way derives.

    def _sum(self, fact: Fact, of: str) -> None:
        self._measures.add(of)
        self._sums[fact.name] = f"sum(m.value) FILTER (WHERE m.measure = {quoted(of)})"
        self.columns[fact.name] = _known(fact, f"measured.f_{fact.name}")

    def _months(self, fact: Fact, of: str) -> None:
        self._measures.add(of)
        self._sums[fact.name] = (
            f"nullif(count(DISTINCT m.month) FILTER (WHERE m.measure = {quoted(of)} AND m.value > 0), 0)"
        )
        self.columns[fact.name] = _known(fact, f"measured.f_{fact.name}")

    def _max_by_organisation(self, fact: Fact, of: str) -> None:
        name = f"largest_{fact.name}"
        self.tables[name] = (
            f"SELECT person_id, period_start, max(total) AS f_{fact.name} FROM (\n"
            f"SELECT m.person_id, m.organisation_id, {self._truncated('m.month')} AS period_start, sum(m.value) AS total\n"
            f"FROM lifecourse.measure AS m WHERE m.person_id = ANY ($1) AND m.measure = {quoted(of)}\n"
            "AND m.recorded_to = 'infinity' GROUP BY 1, 2, 3) AS each GROUP BY person_id, period_start"
        )
        self.joins.append(f"LEFT JOIN {name} USING (person_id, period_start)")
        self.columns[fact.name] = _known(fact, f"{name}.f_{fact.name}")

    def _in(self, fact: Fact, of: Sequence[str]) -> None:
        self._lived[fact.name] = f"bool_or(s.status IN ({quoted(*of)}))"
        self.columns[fact.name] = f"coalesce(lived.f_{fact.name}, FALSE)"

    def _days_in(self, fact: Fact, of: Sequence[str]) -> None:
        self._covered(fact, of, "days")

    def _months_in(self, fact: Fact, of: Sequence[str]) -> None:
        self._covered(fact, of, "months")

    def _covered(self, fact: Fact, of: Sequence[str], counted: str) -> None:
        self._lived[fact.name] = (
            f"lifecourse.{counted}(range_agg(s.valid * daterange(b.period_start, b.period_end, '[]'))"
            f" FILTER (WHERE s.status IN ({quoted(*of)})))"
        )
        self.columns[fact.name] = f"coalesce(lived.f_{fact.name}, 0)::numeric"

    def _continuous_months_in(self, fact: Fact, of: Sequence[str]) -> None:
        name = f"run_{fact.name}"
        same_employer = " AND r.organisation_id = b.organisation_id" if self.per_employer else ""
        employer = ", organisation_id" if self.per_employer else ""
        self.tables[name] = (
            f"SELECT b.person_id, b.organisation_id, b.period_start, max(lifecourse.whole_months(\n"
            f"lower(run), least(upper(run) - 1, b.period_end))) AS f_{fact.name}\n"
            f"FROM base AS b JOIN (SELECT person_id{employer}, unnest(range_agg(valid)) AS run FROM spells\n"
            f"WHERE status IN ({quoted(*of)}) GROUP BY person_id{employer}) AS r ON r.person_id = b.person_id{same_employer}\n"
            "AND run && daterange(b.period_start, b.period_end, '[]') GROUP BY 1, 2, 3"
        )
        self.joins.append(f"LEFT JOIN {name} USING ({self._key()})")
        self.columns[fact.name] = f"coalesce({name}.f_{fact.name}, 0)::numeric"

    def _age(self, fact: Fact, of: str) -> None:
        self.columns[fact.name] = "lifecourse.age(c.birth_date, b.period_end)::numeric"

    def _attribute(self, fact: Fact, of: str) -> None:
        self._attributes[fact.name] = of
        sql_type = _SQL_TYPES[fact.type]
        value = f"described.f_{fact.name}"
        self.columns[fact.name] = (
            value
            if fact.type is FactType.TEXT
            else f"CASE WHEN pg_input_is_valid({value}, '{sql_type}') THEN {value}::{sql_type} END"
        )

    def _declared(self, fact: Fact, of: str) -> None:
        self._attributes[fact.name] = of
        self.columns[fact.name] = f"coalesce(described.f_{fact.name} = 'true', FALSE)"

    def _period(self, fact: Fact, of: str) -> None:
        self.columns[fact.name] = "(b.period_end - b.period_start + 1)::numeric"

    def _count_events(self, fact: Fact, of: str) -> None:
        self._events[fact.name] = f"count(*) FILTER (WHERE e.kind = {quoted(of)})"
        self.columns[fact.name] = f"coalesce(happened.f_{fact.name}, 0)::numeric"

    # The tables.

    def _measured_table(self) -> str:
        organisation = "m.organisation_id" if self.per_employer else f"{NOBODY}"
        return (
            f"SELECT m.person_id, {organisation} AS organisation_id, {self._truncated('m.month')} AS period_start,\n"
            f"{_listed(self._sums)}\nFROM lifecourse.measure AS m\nWHERE m.person_id = ANY ($1)"
            f" AND m.measure IN ({quoted(*sorted(self._measures))})\n"
            "AND m.recorded_to = 'infinity' AND m.month <= $2 GROUP BY 1, 2, 3"
        )

    def _lived_table(self) -> str:
        same_employer = " AND s.organisation_id = b.organisation_id" if self.per_employer else ""
        return (
            f"SELECT b.person_id, b.organisation_id, b.period_start,\n{_listed(self._lived)}\n"
            f"FROM base AS b JOIN spells AS s ON s.person_id = b.person_id{same_employer}\n"
            "AND s.valid && daterange(b.period_start, b.period_end, '[]') GROUP BY 1, 2, 3"
        )

    def _described_table(self) -> str:
        latest = {
            name: f"(array_agg(a.value ORDER BY lower(a.valid) DESC NULLS LAST, a.asserted_for DESC)"
            f" FILTER (WHERE a.attribute = {quoted(attribute)}))[1]"
            for name, attribute in self._attributes.items()
        }
        wanted = quoted(*sorted(set(self._attributes.values())))
        return (
            f"SELECT b.person_id, b.organisation_id, b.period_start,\n{_listed(latest)}\n"
            "FROM base AS b JOIN lifecourse.attribute AS a ON a.person_id = b.person_id AND a.valid @> b.period_end\n"
            f"WHERE a.person_id = ANY ($1) AND a.attribute IN ({wanted}) AND a.recorded_to = 'infinity' GROUP BY 1, 2, 3"
        )

    def _happened_table(self) -> str:
        return (
            f"SELECT e.person_id, {self._truncated('e.happened_on')} AS period_start,\n{_listed(self._events)}\n"
            "FROM lifecourse.event AS e WHERE e.person_id = ANY ($1) AND e.recorded_to = 'infinity' GROUP BY 1, 2"
        )

    # Small parts.

    def _table(self, name: str, body: str, key: str) -> None:
        self.tables[name] = body
        self.joins.append(f"LEFT JOIN {name} USING ({key})")

    def _key(self) -> str:
        return "person_id, organisation_id, period_start"

    def _truncated(self, column: str) -> str:
        return (
            column
            if self.step == "month" and column == "m.month"
            else f"date_trunc('{self.step}', {column}::timestamp)::date"
        )


NOBODY = "'00000000-0000-0000-0000-000000000000'::uuid"

_SQL_TYPES = {
    FactType.BOOLEAN: "boolean",
    FactType.INTEGER: "numeric",
    FactType.DECIMAL: "numeric",
    FactType.DATE: "date",
    FactType.TEXT: "text",
}

_WAYS = {
    "sum": Derivations._sum,
    "months": Derivations._months,
    "max_by_organisation": Derivations._max_by_organisation,
    "in": Derivations._in,
    "days_in": Derivations._days_in,
    "months_in": Derivations._months_in,
    "continuous_months_in": Derivations._continuous_months_in,
    "age": Derivations._age,
    "attribute": Derivations._attribute,
    "declared": Derivations._declared,
    "period": Derivations._period,
    "events": Derivations._count_events,
}


def quoted(*texts: str) -> str:
    """SQL string literals, separated by commas."""
    return ", ".join("'" + text.replace("'", "''") + "'" for text in texts)


def _known(fact: Fact, column: str) -> str:
    value = f"round({column}, {fact.scale})"
    return f"coalesce({value}, 0)" if fact.when_incomplete is WhenIncomplete.AT_LEAST else value


def _listed(columns: Mapping[str, str]) -> str:
    return ",\n".join(f"{sql} AS f_{name}" for name, sql in columns.items())


def derive(facts: Iterable[Fact], *, step: str, per_employer: bool) -> Derivations:
    """The derivations of a set of facts at one rhythm (`month`, `quarter` or `year`)."""
    derivations = Derivations(step, per_employer)
    for fact in facts:
        derivations.add(fact)
    derivations.finish()
    return derivations
