SELECT settled_through, settled_at, law_edition, facts_version
FROM entitlement.settled
WHERE person_id = %(person)s
