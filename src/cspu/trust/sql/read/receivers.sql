-- Bodies whose agents may be shown something by consent.
SELECT o.organisation_id, o.name, o.region, array_agg(DISTINCT a.role)
FROM trust.agent AS a JOIN people.organisation AS o USING (organisation_id)
WHERE a.active AND a.role = ANY (%(roles)s)
    AND (%(only)s::uuid IS NULL OR o.organisation_id = %(only)s)
    AND strpos(lower(o.name), lower(%(search)s)) > 0
GROUP BY o.organisation_id, o.name, o.region
ORDER BY o.name, o.organisation_id
LIMIT %(most)s
