SELECT act_id, right_id, kind, rule, for_day, made_at, made_by = 'person:' || person_id, said
FROM economy.act
WHERE person_id = %(person)s AND act_id = %(act)s
