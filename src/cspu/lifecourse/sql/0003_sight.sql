-- Who sees facts, by row-level security: named commands all of them; a request those of the one person
-- its transaction has in sight, of the kinds that were opened (Note [sight], people/sql/0001), and to a body that
-- sees what it declared itself, the facts that bear its name.

-- The head of a course holds a birth date, which is of who she is: whoever sees her work does not see it.
ALTER TABLE lifecourse.course ENABLE ROW LEVEL SECURITY;
CREATE POLICY command_works ON lifecourse.course TO cspu_batch USING (TRUE) WITH CHECK (TRUE);
CREATE POLICY request_in_sight ON lifecourse.course FOR SELECT TO cspu_web
    USING (person_id = kernel.in_sight() AND kernel.shows('birth_date'));

ALTER TABLE lifecourse.spell ENABLE ROW LEVEL SECURITY;
CREATE POLICY command_works ON lifecourse.spell TO cspu_batch USING (TRUE) WITH CHECK (TRUE);
CREATE POLICY request_in_sight ON lifecourse.spell FOR SELECT TO cspu_web
    USING (person_id = kernel.in_sight() AND kernel.shows('status:' || status, organisation_id));

ALTER TABLE lifecourse.measure ENABLE ROW LEVEL SECURITY;
CREATE POLICY command_works ON lifecourse.measure TO cspu_batch USING (TRUE) WITH CHECK (TRUE);
CREATE POLICY request_in_sight ON lifecourse.measure FOR SELECT TO cspu_web
    USING (person_id = kernel.in_sight() AND kernel.shows('measure:' || measure, organisation_id));

ALTER TABLE lifecourse.attribute ENABLE ROW LEVEL SECURITY;
CREATE POLICY command_works ON lifecourse.attribute TO cspu_batch USING (TRUE) WITH CHECK (TRUE);
CREATE POLICY request_in_sight ON lifecourse.attribute FOR SELECT TO cspu_web
    USING (person_id = kernel.in_sight() AND kernel.shows('attribute:' || attribute));

ALTER TABLE lifecourse.event ENABLE ROW LEVEL SECURITY;
CREATE POLICY command_works ON lifecourse.event TO cspu_batch USING (TRUE) WITH CHECK (TRUE);
CREATE POLICY request_in_sight ON lifecourse.event FOR SELECT TO cspu_web
    USING (person_id = kernel.in_sight() AND kernel.shows('event:' || kind));

-- Note [the latest, then what is in sight]. What is said last of a spell may be hidden from whoever looks: a withdrawal, another
-- status, another body. What was said before it must not then look as if it still held. So the latest of each spell is found
-- among all assertions, and shown only where it is in sight itself.

-- What is now said of each spell of a person; of those withdrawn, the withdrawal.
CREATE FUNCTION lifecourse.latest_spells(person uuid) RETURNS SETOF lifecourse.spell
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN QUERY
    SELECT DISTINCT ON (s.spell_id) s.* FROM lifecourse.spell AS s
    WHERE s.person_id = person AND s.recorded_to = 'infinity'
    ORDER BY s.spell_id, s.asserted_for DESC, (s.status = 'cancelled') DESC, s.valid DESC, s.status, s.organisation_id;
END $$;

-- The same, as far as a request may see: all of it for a command.
CREATE FUNCTION lifecourse.spells_in_sight(person uuid) RETURNS SETOF lifecourse.spell
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN QUERY
    SELECT s.* FROM lifecourse.latest_spells(person) AS s
    WHERE pg_has_role(session_user, 'cspu_batch', 'MEMBER')
        OR (s.person_id = kernel.in_sight() AND kernel.shows('status:' || s.status, s.organisation_id));
END $$;

REVOKE ALL ON FUNCTION lifecourse.latest_spells, lifecourse.spells_in_sight FROM PUBLIC;
GRANT EXECUTE ON FUNCTION lifecourse.spells_in_sight TO cspu_batch, cspu_web;
