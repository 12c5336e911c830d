-- The documents that ever asserted something of a life.
SELECT source_id, kind, label, organisation_id, reference, received_at
FROM lifecourse.source
WHERE source_id IN (
    SELECT source_id FROM lifecourse.spell WHERE person_id = %(person)s
    UNION SELECT source_id FROM lifecourse.measure WHERE person_id = %(person)s
    UNION SELECT source_id FROM lifecourse.attribute WHERE person_id = %(person)s
    UNION SELECT source_id FROM lifecourse.event WHERE person_id = %(person)s
)
ORDER BY received_at, source_id
