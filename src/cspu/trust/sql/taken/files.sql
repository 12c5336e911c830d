-- Bodies that hold or held a file on her. Never an inquiry about a child (Note [masked lines]).
SELECT f.organisation_id, o.name AS organisation, f.relation, f.held_from, nullif(f.held_to, 'infinity') AS held_to
FROM trust.file AS f JOIN people.organisation AS o USING (organisation_id)
WHERE f.person_id = %(person)s AND f.relation <> 'inquiry'
ORDER BY f.held_from, o.name, f.relation
