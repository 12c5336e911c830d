SELECT right_id, organisation_id, period_start, period_end, due_on, version, counterparty, entitled, amount, award, protected
FROM entitlement.judge(ARRAY[%(person)s::uuid], %(on)s, 'infinity')
ORDER BY 1, 3, 2
