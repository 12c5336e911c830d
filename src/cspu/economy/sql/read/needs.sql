SELECT n.need_id, k.label_fr, k.label_en, coalesce(o.name, ''), n.valid_from, n.valid_until
FROM economy.need AS n
JOIN economy.need_kind AS k USING (kind)
LEFT JOIN people.organisation AS o ON o.organisation_id = n.organisation_id
WHERE n.person_id = %s AND %s BETWEEN n.valid_from AND n.valid_until
ORDER BY n.certified_at DESC, n.need_id
