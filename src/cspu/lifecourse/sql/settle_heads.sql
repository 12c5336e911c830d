-- The heads of the life courses touched: one version more, and the birth date as now known.
INSERT INTO lifecourse.course AS held (person_id, birth_date, facts_version)
SELECT person_id, (
        SELECT value::date FROM lifecourse.attribute AS a
        WHERE a.person_id = t.person_id AND a.attribute = 'birth_date' AND a.recorded_to = 'infinity'
        ORDER BY a.asserted_for DESC, a.value DESC LIMIT 1
    ), 1
FROM (SELECT DISTINCT person_id FROM touched) AS t
ORDER BY person_id
ON CONFLICT (person_id) DO UPDATE
SET birth_date = excluded.birth_date, facts_version = held.facts_version + 1;
