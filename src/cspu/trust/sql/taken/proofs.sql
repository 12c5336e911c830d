-- Every proof she made of a right: what it showed, to whom, until when.
SELECT p.proof_id, p.number, p.right_id, p.disclosed, p.shown_to, p.issued_at, p.expires_at, p.withdrawn_at
FROM trust.proof AS p
WHERE p.person_id = %(person)s
ORDER BY p.issued_at, p.proof_id
