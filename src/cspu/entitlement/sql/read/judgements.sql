SELECT right_id, (word).organisation_id, (word).period_start, (word).period_end, (word).due_on, (word).version,
    (word).counterparty, (word).entitled, (word).amount, (word).award, (word).protected
FROM entitlement.judge(ARRAY[%(person)s::uuid], %(on)s, 'infinity')
ORDER BY 1, 3, 2
