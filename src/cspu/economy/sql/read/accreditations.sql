SELECT p.use, o.siret, o.name, p.since, NULLIF(p.until, 'infinity')
FROM economy.payee AS p JOIN people.organisation AS o ON o.organisation_id = p.organisation_id
WHERE p.until >= %(on)s AND %(use)s IN ('', p.use)
ORDER BY p.use, o.name, o.siret, p.since
