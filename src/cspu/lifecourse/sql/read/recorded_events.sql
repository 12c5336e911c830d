-- Every recording of every event, closed ones too.
SELECT kind, event_id, origin_id, '00000000-0000-0000-0000-000000000000'::uuid, '', happened_on, happened_on, happened_on,
    details::text, source_id, recorded_from, nullif(recorded_to, 'infinity')
FROM lifecourse.event
WHERE person_id = %(person)s
ORDER BY happened_on, event_id, origin_id, recorded_from
