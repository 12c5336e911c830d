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
