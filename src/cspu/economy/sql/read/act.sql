-- act
SELECT t.act_id, t.right_id, t.kind, t.rule, t.for_day, t.made_at, t.made_by = 'person:' || t.person_id, coalesce(o.name, ''), t.said
FROM economy.act AS t LEFT JOIN people.organisation AS o ON o.organisation_id = (t.said ->> 'payee')::uuid
WHERE t.person_id = %(person)s AND t.act_id = %(act)s
