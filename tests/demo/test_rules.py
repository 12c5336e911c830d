"""The rules of the demonstration's employers, which do not exist, are published by it alone."""

from __future__ import annotations

from cspu.demo import rules
from cspu.demo.personas import read_cast
from cspu.economy.publishing import publish_rules
from cspu.people.organisations import organisation_id
from tests.conftest import FreshDatabase
from tests.people.conftest import as_role


def of_its_employers(database: FreshDatabase) -> list[str]:
    """The rules published for the employers of the demonstration."""
    theirs = [organisation_id(each.siret) for each in read_cast().employers.values()]
    with database.connect("owner") as owner:
        return [
            rule
            for (rule,) in owner.execute(
                "SELECT rule FROM economy.top_up_rule WHERE employer = ANY (%s) ORDER BY 1",
                [theirs],
            ).fetchall()
        ]


def test_a_real_instance_publishes_no_rule_of_an_employer_that_does_not_exist(
    fresh_database: FreshDatabase,
) -> None:
    assert of_its_employers(fresh_database) == []
    with as_role(fresh_database, "owner"):
        assert rules.publish() == 2
        assert rules.publish() == 0
        assert of_its_employers(fresh_database) == ["employer_solidarity", "employer_training"]
        publish_rules()
    assert of_its_employers(fresh_database) == []
