SELECT right_id, organisation_id, period_start, period_end, due_on, version, counterparty, entitled, amount, award, protected
FROM (
    SELECT * FROM entitlement.judge(ARRAY[%(person)s::uuid], %(on)s, 'infinity')
    UNION ALL SELECT * FROM entitlement.judge_shown(ARRAY[%(person)s::uuid], %(on)s, 'infinity')
) AS judged
ORDER BY 1, 3, 2
