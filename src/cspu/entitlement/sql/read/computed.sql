SELECT d.right_id, d.period_start, d.amount, d.lacking, d.engine, d.computed_at
FROM entitlement.computed AS d
JOIN lifecourse.course AS c ON c.person_id = d.person_id AND c.facts_version = d.facts_version
WHERE d.person_id = %(person)s
