SELECT right_id, (told).organisation_id, (told).period_start, (told).period_end, (told).due_on, (told).version, (told).steps::text
FROM entitlement.tell(ARRAY[%(person)s::uuid], %(on)s)
ORDER BY 1, 3, 2
