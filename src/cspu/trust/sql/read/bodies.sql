-- Files held on the person in sight, and every basis the table gives the agents of whoever holds one.
SELECT o.name, f.relation, f.held_from, v.basis, array_agg(DISTINCT v.scope ORDER BY v.scope)
FROM trust.file AS f
JOIN people.organisation AS o ON o.organisation_id = f.organisation_id
LEFT JOIN trust.agent AS a ON a.organisation_id = f.organisation_id AND a.active
LEFT JOIN LATERAL (
    SELECT s.scope, trust.basis_of(a.role, s.scope, 'read', o.region) AS basis FROM trust.scope AS s
) AS v ON (SELECT b.relation FROM trust.legal_basis AS b WHERE b.basis = v.basis) = ANY (
    CASE f.relation WHEN 'own_file' THEN '{own_file,own_rows}'::text[] ELSE ARRAY[f.relation] END)
WHERE f.person_id = kernel.in_sight() AND kernel.today() BETWEEN f.held_from AND f.held_to
GROUP BY o.name, f.relation, f.held_from, v.basis
ORDER BY o.name, f.held_from, v.basis
