"""One edit of a shipped text for each kind of fault that the checker must refuse."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """One edit of one shipped text, and the finding it must cause."""

    file: str
    old: str
    new: str
    code: str
    offending: str
    line: str
    """A piece of the line that the finding must point to (after the edit)."""


FAULTS = [
    # the YAML itself
    Fault("cpf", "id: cpf\n", "id: cpf\nid: cpf\n", "duplicate_key", "id", "id: cpf\nid"),
    Fault("cpf", "family: endowment", "family: [endowment", "yaml", "", "segment"),
    Fault("cpf", "segment: training", "segmnt: training", "unknown_key", "segmnt", "segmnt"),
    Fault("cpf", "per: person\n", "", "missing_key", "per", "id: cpf"),
    Fault("cpf", "id: cpf\n", "id: cpff\n", "id", "cpff", "id: cpff"),
    Fault("cpf", "family: endowment", "family: gift", "choice", "gift", "family: gift"),
    Fault("cpf", "period: year", "period: decade", "choice", "decade", "period: decade"),
    Fault("cpf", "in_force: 2019-01-01", "in_force: soon", "shape", "in_force: soon", "in_force"),
    Fault("cpf", "from: 2019-01-01", "from: 2019-02-30", "value", "2019-02-30", "from: 2019-02-30"),
    # languages
    Fault(
        "cpf",
        "responsible: {fr: Caisse des dépôts, en: Caisse des dépôts}",
        "responsible: {fr: Caisse des dépôts}",
        "language",
        "en",
        "responsible",
    ),
    Fault(
        "cpf",
        "{fr: Crédit annuel, en: ",
        "{fr: Crédit annuel, de: x, en: ",
        "unknown_key",
        "de",
        "de: x",
    ),
    # the right's frame
    Fault("cpf", "unit: EUR\nlabel", "unit: GBP\nlabel", "unit", "GBP", "unit: GBP"),
    Fault(
        "cpf",
        "during: [employment, app",
        "during: [employmnt, app",
        "status",
        "employmnt",
        "during",
    ),
    Fault("cpf", "payer {amount} de", "payer {montant} de", "placeholder", "fr", "payer {montant}"),
    # parameters
    Fault(
        "cpf",
        "  annual_credit:\n    unit: EUR/year",
        "  annual_credit:\n    unit: EUR/moon",
        "unit",
        "EUR/moon",
        "EUR/moon",
    ),
    Fault(
        "cpf",
        "  annual_credit:\n",
        "  hours_worked:\n",
        "name_taken",
        "hours_worked",
        "unit: EUR/year",
    ),
    Fault(
        "cpf",
        'value: 500\n        reference: "Code du travail, art. R6323-1"',
        'value: 500\n        reference: ""',
        "no_reference",
        "500",
        "- from: 2019-01-01\n        value: 500",
    ),
    Fault(
        "cpf",
        'value: 500\n        reference: "Code du travail, art. R6323-1"',
        'value: five hundred\n        reference: "Code du travail, art. R6323-1"',
        "value",
        "five hundred",
        "value: five hundred",
    ),
    Fault(
        "cpf",
        '        value: 500\n        reference: "Code du travail, art. R6323-1"\n',
        "        value: 500\n",
        "missing_key",
        "reference",
        "- from: 2019-01-01\n        value: 500",
    ),
    Fault(
        "cpf",
        "from: 2019-01-01\n        value: 500",
        "from: 2020-01-01\n        value: 500",
        "no_value",
        "annual_credit",
        "unit: EUR/year",
    ),
    Fault(
        "c2p",
        "from: 2023-09-01\n        value: null",
        "from: 2022-01-01\n        value: null",
        "no_value",
        "max_multiplier",
        "unit: times",
    ),
    Fault(
        "cpf",
        "        value: 500\n",
        "        value: 500\n        reference: x\n      - from: 2018-01-01\n        value: 1\n",
        "order",
        "annual_credit",
        "unit: EUR/year",
    ),
    Fault(
        "cpf",
        "        value: 500\n",
        "        value: 500\n        reference: x\n      - from: 2019-01-01\n        value: 1\n",
        "dates",
        "annual_credit",
        "unit: EUR/year",
    ),
    Fault(
        "cpf",
        "        value: 500\n",
        "        value: 500\n        reference: x\n      - from: 2020-01-01\n        value: true\n",
        "types",
        "annual_credit",
        "unit: EUR/year",
    ),
    Fault(
        "cpf",
        "parameters:\n",
        "parameters:\n  spare:\n    unit: EUR\n    label: {fr: a, en: b}\n"
        "    values: [{from: 2019-01-01, value: 1, reference: x}]\n",
        "unused",
        "spare",
        "    unit: EUR\n    label: {fr: a",
    ),
    # versions in time
    Fault(
        "c2p",
        "in_force: 2018-01-01",
        "in_force: 2016-03-01",
        "dates",
        "2016-02-29",
        "in_force: 2016-07-01",
    ),
    Fault(
        "apprentice_licence",
        "until: 2026-02-20",
        "until: 2018-02-20",
        "dates",
        "2018-02-20",
        "until: 2018-02-20",
    ),
    Fault(
        "c2p",
        "in_force: 2018-01-01",
        "in_force: 2018-01-01\n    until: 2020-01-01",
        "gap",
        "2020-01-02 – 2023-09-01",
        "in_force: 2023-09-01",
    ),
    Fault(
        "c2p",
        "in_force: 2018-01-01",
        "in_force: 2018-01-01\n    until: 2024-01-01",
        "overlap",
        "2023-09-01",
        "in_force: 2023-09-01",
    ),
    Fault(
        "apprentice_licence",
        '2026-02-20\n    references:\n      - article: "Décret n° 2019-1 du 3 janvier 2019"\n'
        "        url: https://www.legifrance.gouv.fr/eli/decret/2019/1/3/MTRD1835610D/jo/texte\n",
        "2026-02-20\n    references: []\n",
        "no_reference",
        "2019-01-03",
        "in_force: 2019-01-03",
    ),
    # who pays, over what
    Fault(
        "cpf", "funder: france_competences", "funder: nobody", "funder", "nobody", "funder: nobody"
    ),
    Fault(
        "cpf",
        "funder: france_competences",
        "funder: employer",
        "funder",
        "employer",
        "funder: employer",
    ),
    Fault(
        "cpf",
        "over: balance",
        "over: window",
        "window",
        "cap",
        "  amount: >-\n        CASE WHEN low_skilled_declared OR",
    ),
    Fault(
        "paid_leave",
        'window: {starts: "06-01", months: 12}',
        'window: {starts: "06-31", months: 12}',
        "window",
        "06-31",
        'starts: "06-31"',
    ),
    Fault(
        "paid_leave",
        'window: {starts: "06-01", months: 12}',
        'window: {starts: "06-01", months: 7}',
        "window",
        "06-01",
        "months: 7",
    ),
    # expressions: the line of the very part, folded or not
    Fault(
        "cpf",
        "AND (age >= minimum_age OR",
        "AND (agee >= minimum_age OR",
        "unknown_name",
        "agee",
        "AND (agee",
    ),
    Fault(
        "cpf",
        "ELSE round_up(yearly_credit * hours_counted / fulltime_hours, 2) END",
        "ELSE yearly_credit * hours_counted / fulltime_hours END",
        "unrounded",
        "yearly_credit * hours_counted / fulltime_hours",
        "ELSE yearly_credit * hours_counted",
    ),
    Fault(
        "cpf",
        "fulltime_hours, 2) END",
        "fulltime_hours, 3) END",
        "scale",
        "",
        "CASE WHEN sheltered_months >= 1 THEN yearly_credit",
    ),
    Fault(
        "apprentice_licence",
        'amount: "licence_aid"',
        'amount: "apprentice"',
        "type",
        "apprentice",
        'amount: "apprentice"',
    ),
    Fault(
        "apprentice_licence",
        'when: "apprentice AND age >= minimum_age AND preparing_driving_licence"',
        'when: "age"',
        "type",
        "age",
        'when: "age"',
    ),
    Fault(
        "apprentice_licence",
        'amount: "licence_aid"',
        'amount: "licence_aid / 2"',
        "type",
        "licence_aid / 2",
        "licence_aid / 2",
    ),
    Fault(
        "apprentice_licence",
        'amount: "licence_aid"',
        'amount: "licence_aid * round_down(gross_pay * gross_pay, 0)"',
        "digits",
        "licence_aid * round_down(gross_pay * gross_pay, 0)",
        "round_down(gross_pay",
    ),
    Fault(
        "apprentice_licence",
        'amount: "licence_aid"',
        "amount: {sum: 1}",
        "shape",
        "amount",
        "amount: {sum",
    ),
    Fault(
        "apprentice_licence",
        'amount: "licence_aid"',
        'amount: "minimum_age"',
        "unit",
        "minimum_age",
        'amount: "minimum_age"',
    ),
    Fault(
        "apprentice_licence",
        "age >= minimum_age",
        "age >= licence_aid",
        "mixed_units",
        "age >= licence_aid",
        "age >= licence_aid",
    ),
    Fault(
        "apprentice_licence",
        "age >= minimum_age",
        "coalesce(age, 18) >= minimum_age",
        "not_in_language",
        "coalesce",
        "coalesce",
    ),
    Fault(
        "pension_quarters",
        "    protected: all\n",
        "",
        "unprotected",
        "retirement",
        "in_force: ",
    ),
    # named quantities and sentences
    Fault(
        "cpf",
        "      half_time_hours:\n",
        "      annual_credit:\n",
        "name_taken",
        "annual_credit",
        '"full_credit_share * fulltime_hours"',
    ),
    Fault(
        "cpf",
        "      half_time_hours:\n",
        "      amount:\n",
        "name_taken",
        "amount",
        '"full_credit_share * fulltime_hours"',
    ),
    Fault(
        "cpf",
        "({half_time_hours}) : vous recevez {amount}",
        "({half_time}) : vous recevez {amount}",
        "placeholder",
        "{half_time}",
        '- when: "hours_counted >= half_time_hours"',
    ),
    Fault(
        "cpf",
        "({half_time_hours}) : vous recevez {amount} ({law}).",
        "({half_time_hours}) : vous recevez {amount}.",
        "placeholder",
        "{law}",
        '- when: "hours_counted >= half_time_hours"',
    ),
    Fault(
        "cpf",
        '      - when: "hours_counted >= half_time_hours"\n        fr',
        "      - fr",
        "sentence_order",
        "5",
        "- fr: >-\n          Vous avez travaillé {hours_counted} en {period}, au moins",
    ),
    Fault(
        "cpf",
        '- when: "hours_counted >= half_time_hours"',
        '- when: "hours_counted"',
        "type",
        "hours_counted",
        '- when: "hours_counted"',
    ),
]
