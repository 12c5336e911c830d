-- Papers kept of her: what a mandate was signed on. Their content is on the page of each.
SELECT d.document_id AS paper_id, d.media_type, octet_length(d.content) AS bytes, d.sha256, d.kept_at
FROM trust.document AS d
WHERE d.person_id = %(person)s
ORDER BY d.kept_at, d.document_id
