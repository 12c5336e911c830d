-- Structures of habilitated helpers.
SELECT DISTINCT o.organisation_id, o.name
FROM trust.agent AS a JOIN people.organisation AS o USING (organisation_id)
WHERE a.active AND a.role = 'habilitated_helper'
ORDER BY o.name, o.organisation_id
LIMIT %(most)s
