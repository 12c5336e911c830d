-- One act: who made it, by the label of the version of its rule; whom it is for, and who funds it, by name.
SELECT t.act_id, t.right_id, t.kind, t.rule, coalesce(r.label_fr, ''), coalesce(r.label_en, ''), t.for_day, t.made_at,
    CASE
        WHEN t.made_by = 'person:' || t.person_id THEN 'herself'
        WHEN split_part(t.made_by, ':', 1) IN ('person', 'agent') THEN 'helper'
        WHEN t.made_by = 'exchange' THEN 'other_side'
        WHEN t.made_by = 'time' THEN 'time'
        ELSE 'body'
    END,
    coalesce(o.name, ''), coalesce(f.name, ''), t.said
FROM economy.act AS t
LEFT JOIN people.organisation AS o ON o.organisation_id = (t.said ->> 'payee')::uuid
LEFT JOIN people.organisation AS f ON 'employer:' || f.organisation_id = t.said ->> 'funder'
LEFT JOIN (
    SELECT 'conversion' AS kind, c.rule, c.in_force, c.label_fr, c.label_en FROM economy.conversion AS c
    UNION ALL SELECT 'use', u.use, u.in_force, u.label_fr, u.label_en FROM economy.use_rule AS u
    UNION ALL SELECT 'gift', g.rule, g.in_force, g.label_fr, g.label_en FROM economy.gift_rule AS g
    UNION ALL SELECT 'top_up', p.rule, p.in_force, p.label_fr, p.label_en FROM economy.top_up_rule AS p
) AS r ON r.kind = t.kind AND r.rule = t.rule AND r.in_force = (t.said ->> 'in_force')::date
WHERE t.person_id = %(person)s AND t.act_id = %(act)s
