SELECT e.kind, e.happened_on, coalesce(source.label, ''), e.event_id
FROM lifecourse.event AS e LEFT JOIN lifecourse.source AS source ON source.source_id = e.source_id
WHERE e.person_id = %(person)s AND e.recorded_to = 'infinity' AND e.happened_on <= %(on)s
ORDER BY e.happened_on
