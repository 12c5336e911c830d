SELECT right_id, organisation_id, period_start, period_end, due_on, version, counterparty, entitled, amount, award, protected,
    steps::text
FROM entitlement.review(ARRAY[%(person)s::uuid], %(on)s, 'infinity', %(since)s)
WHERE period_end >= %(ended)s
ORDER BY 1, 3, 2
