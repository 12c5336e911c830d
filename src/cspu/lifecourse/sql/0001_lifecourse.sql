-- The life course: facts about pseudonymous persons, each with its source, on two time axes.
--
-- Valid time (valid, month, happened_on) is when the fact holds in the life; recorded time
-- (recorded_from, recorded_to) is when we held it to be true. A correction closes the open
-- recording and adds another: nothing is overwritten.
--
-- Note [one origin, one set of assertions]. An origin is whatever asserts a whole set of facts
-- at a time and may assert it again: a monthly declaration slot (establishment, month, nature,
-- fraction), a career statement, an entry made at a counter. Every row names its origin; a new
-- assertion by the same origin replaces that origin's open rows and no others. So the same file
-- read twice changes nothing, and a cancel-and-replace replaces exactly its predecessor.
--
-- Note [recorded_to in the keys]. Open rows have recorded_to = infinity, so the primary key
-- itself allows one open recording per fact and origin, and no second index is needed.

CREATE SCHEMA lifecourse;

CREATE TABLE lifecourse.source (
    source_id       uuid PRIMARY KEY,
    kind            text NOT NULL,
    label           text NOT NULL,
    organisation_id uuid NOT NULL,
    reference       text NOT NULL,
    received_at     timestamptz NOT NULL
);
COMMENT ON TABLE lifecourse.source IS 'Who asserted facts, through which document, received when.';

CREATE TABLE lifecourse.course (
    person_id     uuid PRIMARY KEY,
    birth_date    date,
    facts_version bigint NOT NULL DEFAULT 0,
    CONSTRAINT course_version_counts_up CHECK (facts_version >= 0)
);
COMMENT ON TABLE lifecourse.course IS
    'Head of a life course: its version grows with every change of the person''s facts, so that "nothing new" costs one comparison.';

CREATE TABLE lifecourse.spell (
    person_id       uuid NOT NULL,
    spell_id        uuid NOT NULL,
    origin_id       uuid NOT NULL,
    status          text NOT NULL,
    organisation_id uuid NOT NULL,
    valid           daterange NOT NULL,
    asserted_for    date NOT NULL,
    details         jsonb NOT NULL DEFAULT '{}',
    source_id       uuid NOT NULL,
    recorded_from   timestamptz NOT NULL,
    recorded_to     timestamptz NOT NULL DEFAULT 'infinity',
    PRIMARY KEY (person_id, spell_id, origin_id, recorded_to),
    CONSTRAINT spell_lasts_a_day CHECK (NOT isempty(valid) AND NOT lower_inf(valid)),
    CONSTRAINT spell_recorded_forward CHECK (recorded_from < recorded_to)
);
CREATE INDEX spell_by_origin ON lifecourse.spell (origin_id) WHERE recorded_to = 'infinity';
COMMENT ON COLUMN lifecourse.spell.asserted_for IS
    'The month or day the assertion is about: when several origins speak of one spell, the latest wins; of one day, a withdrawal, then the later validity. Never who was heard last: arrivals come in any order.';

CREATE TABLE lifecourse.measure (
    person_id       uuid NOT NULL,
    measure         text NOT NULL,
    month           date NOT NULL,
    spell_id        uuid NOT NULL,
    origin_id       uuid NOT NULL,
    organisation_id uuid NOT NULL,
    value           numeric(14, 4) NOT NULL,
    source_id       uuid NOT NULL,
    recorded_from   timestamptz NOT NULL,
    recorded_to     timestamptz NOT NULL DEFAULT 'infinity',
    PRIMARY KEY (person_id, measure, month, spell_id, origin_id, recorded_to),
    CONSTRAINT measure_of_a_whole_month CHECK (extract(day FROM month) = 1),
    CONSTRAINT measure_recorded_forward CHECK (recorded_from < recorded_to)
);
CREATE INDEX measure_by_origin ON lifecourse.measure (origin_id) WHERE recorded_to = 'infinity';
COMMENT ON COLUMN lifecourse.measure.month IS 'First day of the month worked or lived, never of the payment.';
COMMENT ON COLUMN lifecourse.measure.value IS 'One origin''s contribution; contributions of several origins add up.';

CREATE TABLE lifecourse.attribute (
    person_id     uuid NOT NULL,
    attribute     text NOT NULL,
    valid         daterange NOT NULL,
    origin_id     uuid NOT NULL,
    value         text NOT NULL,
    asserted_for  date NOT NULL,
    source_id     uuid NOT NULL,
    recorded_from timestamptz NOT NULL,
    recorded_to   timestamptz NOT NULL DEFAULT 'infinity',
    PRIMARY KEY (person_id, attribute, valid, origin_id, recorded_to),
    CONSTRAINT attribute_lasts_a_day CHECK (NOT isempty(valid)),
    CONSTRAINT attribute_recorded_forward CHECK (recorded_from < recorded_to)
);
CREATE INDEX attribute_by_origin ON lifecourse.attribute (origin_id) WHERE recorded_to = 'infinity';

CREATE TABLE lifecourse.event (
    person_id     uuid NOT NULL,
    event_id      uuid NOT NULL,
    origin_id     uuid NOT NULL,
    kind          text NOT NULL,
    happened_on   date NOT NULL,
    details       jsonb NOT NULL DEFAULT '{}',
    source_id     uuid NOT NULL,
    recorded_from timestamptz NOT NULL,
    recorded_to   timestamptz NOT NULL DEFAULT 'infinity',
    PRIMARY KEY (person_id, event_id, origin_id, recorded_to),
    CONSTRAINT event_recorded_forward CHECK (recorded_from < recorded_to)
);
CREATE INDEX event_by_origin ON lifecourse.event (origin_id) WHERE recorded_to = 'infinity';

-- Nothing recorded is rewritten: the one change allowed to a row is to close its recording.
CREATE FUNCTION lifecourse.refuse_rewriting() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'facts are never deleted: close the recording instead'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.recorded_to <> 'infinity'
        OR to_jsonb(NEW) - 'recorded_to' IS DISTINCT FROM to_jsonb(OLD) - 'recorded_to' THEN
        RAISE EXCEPTION 'a recorded fact is never rewritten: close it and record another'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER spell_is_append_only BEFORE UPDATE OR DELETE ON lifecourse.spell
    FOR EACH ROW EXECUTE FUNCTION lifecourse.refuse_rewriting();
CREATE TRIGGER measure_is_append_only BEFORE UPDATE OR DELETE ON lifecourse.measure
    FOR EACH ROW EXECUTE FUNCTION lifecourse.refuse_rewriting();
CREATE TRIGGER attribute_is_append_only BEFORE UPDATE OR DELETE ON lifecourse.attribute
    FOR EACH ROW EXECUTE FUNCTION lifecourse.refuse_rewriting();
CREATE TRIGGER event_is_append_only BEFORE UPDATE OR DELETE ON lifecourse.event
    FOR EACH ROW EXECUTE FUNCTION lifecourse.refuse_rewriting();

GRANT USAGE ON SCHEMA lifecourse TO cspu_batch, cspu_web;
GRANT SELECT ON ALL TABLES IN SCHEMA lifecourse TO cspu_batch, cspu_web;
GRANT INSERT ON ALL TABLES IN SCHEMA lifecourse TO cspu_batch;
GRANT UPDATE (recorded_to) ON lifecourse.spell, lifecourse.measure, lifecourse.attribute, lifecourse.event TO cspu_batch;
GRANT UPDATE (birth_date, facts_version) ON lifecourse.course TO cspu_batch;
