-- The organisations a life speaks of, and those that spoke of it.
SELECT organisation_id FROM lifecourse.spell WHERE person_id = %(person)s
UNION SELECT organisation_id FROM lifecourse.measure WHERE person_id = %(person)s
UNION SELECT organisation_id FROM lifecourse.source WHERE source_id IN (
    SELECT source_id FROM lifecourse.spell WHERE person_id = %(person)s
    UNION SELECT source_id FROM lifecourse.measure WHERE person_id = %(person)s
    UNION SELECT source_id FROM lifecourse.attribute WHERE person_id = %(person)s
    UNION SELECT source_id FROM lifecourse.event WHERE person_id = %(person)s
)
