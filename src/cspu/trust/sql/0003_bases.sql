-- Why somebody may see: files that bodies hold, consents, mandates; and the questions that ask for them.
--
-- Note [said once, ended once]. A consent or a mandate is never rewritten: the one change it knows is its end.
-- It is given to a structure; who then acts signs by name, in the journal.

CREATE TABLE trust.file (
    person_id       uuid        NOT NULL,
    organisation_id uuid        NOT NULL,
    relation        text        NOT NULL,
    held_from       date        NOT NULL,
    held_to         date        NOT NULL,
    recorded_at     timestamptz NOT NULL,
    CONSTRAINT file_pkey PRIMARY KEY (person_id, organisation_id, relation, held_from),
    CONSTRAINT file_relation_is_known CHECK (relation IN ('own_file', 'audit', 'inquiry')),
    CONSTRAINT file_is_held_for_a_day CHECK (held_from <= held_to)
);
COMMENT ON TABLE trust.file IS
    'Bodies that hold a file on a person: what a legal basis other than her consent stands on. held_to infinity: still';

-- A question: who asks, to see what, why, until when. Refusing it has no consequence, and none is recorded but the refusal.
CREATE TABLE trust.request (
    person_id       uuid        NOT NULL,
    request_id      uuid        NOT NULL,
    organisation_id uuid        NOT NULL,
    agent_id        uuid        NOT NULL,
    purpose         text        NOT NULL,
    scopes          text[]      NOT NULL,
    days            integer     NOT NULL,
    message         text        NOT NULL,
    asked_at        timestamptz NOT NULL,
    answered_at     timestamptz,
    answer          text,
    CONSTRAINT request_pkey PRIMARY KEY (person_id, request_id),
    CONSTRAINT request_names_a_scope CHECK (cardinality(scopes) > 0),
    CONSTRAINT request_has_a_term CHECK (days BETWEEN 1 AND 366),
    CONSTRAINT request_message_is_short CHECK (length(message) <= 500),
    CONSTRAINT request_is_answered_once CHECK ((answered_at IS NULL) = (answer IS NULL)),
    CONSTRAINT request_answer_is_known CHECK (answer IN ('granted', 'refused', 'withdrawn'))
);

CREATE TABLE trust.consent (
    person_id       uuid        NOT NULL,
    consent_id      uuid        NOT NULL,
    organisation_id uuid        NOT NULL,
    purpose         text        NOT NULL,
    scopes          text[]      NOT NULL,
    given_at        timestamptz NOT NULL,
    valid_until     timestamptz NOT NULL,
    given_by        text        NOT NULL,
    request_id      uuid,
    ended_at        timestamptz,
    ended_by        text,
    CONSTRAINT consent_pkey PRIMARY KEY (person_id, consent_id),
    CONSTRAINT consent_names_a_scope CHECK (cardinality(scopes) > 0),
    CONSTRAINT consent_has_a_term CHECK (given_at < valid_until AND valid_until <= given_at + interval '366 days'),
    CONSTRAINT consent_ends_by_somebody CHECK ((ended_at IS NULL) = (ended_by IS NULL))
);
COMMENT ON COLUMN trust.consent.given_by IS 'Actor kind and id: herself, or the helper who signed for her';

CREATE TABLE trust.mandate (
    person_id   uuid        NOT NULL,
    mandate_id  uuid        NOT NULL,
    holder_kind text        NOT NULL,
    holder_id   uuid        NOT NULL,
    holder_name text        NOT NULL,
    themes      text[]      NOT NULL,
    given_at    timestamptz NOT NULL,
    valid_until timestamptz NOT NULL,
    channel     text        NOT NULL,
    proof_id    uuid,
    given_by    text        NOT NULL,
    ended_at    timestamptz,
    ended_by    text,
    CONSTRAINT mandate_pkey PRIMARY KEY (person_id, mandate_id),
    CONSTRAINT mandate_is_held_by_a_person_or_a_structure CHECK (holder_kind IN ('person', 'organisation')),
    CONSTRAINT mandate_is_not_held_by_oneself CHECK (holder_id <> person_id),
    CONSTRAINT mandate_names_a_theme CHECK (cardinality(themes) > 0),
    CONSTRAINT mandate_has_a_term CHECK (given_at < valid_until AND valid_until <= given_at + interval '366 days'),
    CONSTRAINT mandate_channel_is_known CHECK (channel IN ('online', 'counter', 'paper')),
    CONSTRAINT mandate_off_line_keeps_a_proof CHECK (channel = 'online' OR proof_id IS NOT NULL),
    CONSTRAINT mandate_ends_by_somebody CHECK ((ended_at IS NULL) = (ended_by IS NULL))
);
CREATE INDEX mandate_by_holder ON trust.mandate (holder_id, person_id) WHERE ended_at IS NULL;
CREATE INDEX consent_by_organisation ON trust.consent (organisation_id, person_id) WHERE ended_at IS NULL;
CREATE INDEX file_by_organisation ON trust.file (organisation_id, person_id);

CREATE TABLE trust.document (
    person_id   uuid        NOT NULL,
    document_id uuid        NOT NULL,
    media_type  text        NOT NULL,
    sha256      bytea       NOT NULL,
    content     bytea       NOT NULL,
    kept_at     timestamptz NOT NULL,
    kept_by     text        NOT NULL,
    CONSTRAINT document_pkey PRIMARY KEY (person_id, document_id),
    CONSTRAINT document_is_what_it_was CHECK (sha256 = sha256(content)),
    CONSTRAINT document_is_not_too_large CHECK (octet_length(content) BETWEEN 1 AND 5242880),
    CONSTRAINT document_is_a_picture_or_a_pdf CHECK (media_type IN ('application/pdf', 'image/jpeg', 'image/png'))
);
COMMENT ON TABLE trust.document IS 'The paper a mandate was signed on, or its picture';

-- A code a person reads out to an adviser, so that he can ask her: it opens nothing by itself.
CREATE TABLE trust.code (
    code_hash   bytea       NOT NULL,
    person_id   uuid        NOT NULL,
    made_at     timestamptz NOT NULL,
    valid_until timestamptz NOT NULL,
    used_at     timestamptz,
    CONSTRAINT code_pkey PRIMARY KEY (code_hash),
    CONSTRAINT code_is_hashed CHECK (octet_length(code_hash) = 32)
);

-- A fact she says is wrong goes to whoever asserted it; each move says who has the ball from then on.
CREATE TABLE trust.correction (
    person_id       uuid        NOT NULL,
    correction_id   uuid        NOT NULL,
    organisation_id uuid        NOT NULL,
    scope           text        NOT NULL,
    fact            text        NOT NULL,
    asked_by        text        NOT NULL,
    asked_at        timestamptz NOT NULL,
    CONSTRAINT correction_pkey PRIMARY KEY (person_id, correction_id),
    CONSTRAINT correction_names_a_fact CHECK (fact <> '')
);
COMMENT ON COLUMN trust.correction.fact IS 'Kind and period of the fact, as the page named it';
CREATE INDEX correction_by_organisation ON trust.correction (organisation_id);

CREATE TABLE trust.correction_move (
    person_id     uuid        NOT NULL,
    correction_id uuid        NOT NULL,
    rank          integer     NOT NULL,
    moved_at      timestamptz NOT NULL,
    moved_by      text        NOT NULL,
    mover_name    text        NOT NULL,
    outcome       text        NOT NULL,
    words         text        NOT NULL,
    CONSTRAINT correction_move_pkey PRIMARY KEY (person_id, correction_id, rank),
    CONSTRAINT move_is_of_a_correction FOREIGN KEY (person_id, correction_id) REFERENCES trust.correction,
    CONSTRAINT move_outcome_is_known CHECK (outcome IN ('asked', 'corrected', 'kept', 'more_needed', 'withdrawn')),
    CONSTRAINT move_is_short CHECK (length(words) <= 2000)
);

CREATE TABLE trust.grievance (
    person_id    uuid        NOT NULL,
    grievance_id uuid        NOT NULL,
    about_line   integer     NOT NULL,
    words        text        NOT NULL,
    opened_at    timestamptz NOT NULL,
    opened_by    text        NOT NULL,
    CONSTRAINT grievance_pkey PRIMARY KEY (person_id, grievance_id),
    CONSTRAINT grievance_is_short CHECK (length(words) <= 2000)
);
COMMENT ON TABLE trust.grievance IS '"This is not right", said of a line of the journal: a case for the data-protection officer';

CREATE TABLE trust.grievance_move (
    person_id    uuid        NOT NULL,
    grievance_id uuid        NOT NULL,
    rank         integer     NOT NULL,
    moved_at     timestamptz NOT NULL,
    moved_by     text        NOT NULL,
    mover_name   text        NOT NULL,
    outcome      text        NOT NULL,
    words        text        NOT NULL,
    CONSTRAINT grievance_move_pkey PRIMARY KEY (person_id, grievance_id, rank),
    CONSTRAINT move_is_of_a_grievance FOREIGN KEY (person_id, grievance_id) REFERENCES trust.grievance,
    CONSTRAINT grievance_outcome_is_known CHECK (outcome IN ('taken_up', 'justified', 'upheld')),
    CONSTRAINT move_is_short CHECK (length(words) <= 2000)
);

-- Said once, ended once: nothing else of a row changes, and none is deleted.
CREATE FUNCTION trust.refuse_rewriting() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    ending text[] := TG_ARGV[0]::text[];
BEGIN
    IF TG_OP = 'DELETE' OR to_jsonb(NEW) - ending IS DISTINCT FROM to_jsonb(OLD) - ending
        OR to_jsonb(OLD) ->> ending[1] IS NOT NULL THEN
        RAISE EXCEPTION '% on %.% is refused: it is said once and ended once', TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER request_is_said_once BEFORE UPDATE OR DELETE ON trust.request
    FOR EACH ROW EXECUTE FUNCTION trust.refuse_rewriting('{answered_at,answer}');
CREATE TRIGGER consent_is_said_once BEFORE UPDATE OR DELETE ON trust.consent
    FOR EACH ROW EXECUTE FUNCTION trust.refuse_rewriting('{ended_at,ended_by}');
CREATE TRIGGER mandate_is_said_once BEFORE UPDATE OR DELETE ON trust.mandate
    FOR EACH ROW EXECUTE FUNCTION trust.refuse_rewriting('{ended_at,ended_by}');
CREATE TRIGGER correction_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON trust.correction
    FOR EACH STATEMENT EXECUTE FUNCTION kernel.refuse_rewriting();
CREATE TRIGGER correction_move_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON trust.correction_move
    FOR EACH STATEMENT EXECUTE FUNCTION kernel.refuse_rewriting();
CREATE TRIGGER grievance_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON trust.grievance
    FOR EACH STATEMENT EXECUTE FUNCTION kernel.refuse_rewriting();
CREATE TRIGGER grievance_move_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON trust.grievance_move
    FOR EACH STATEMENT EXECUTE FUNCTION kernel.refuse_rewriting();
CREATE TRIGGER document_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON trust.document
    FOR EACH STATEMENT EXECUTE FUNCTION kernel.refuse_rewriting();

-- Her choices are hers to read, and her helper's within the mandate; nobody else's. Of consents, questions and
-- corrections a helper reads those that bear on nothing but what the mandate covers: whom she lets see her health
-- says something of her health. What no scope bounds (who else helps her, her complaints, what bodies answered) is read
-- by her alone: '*' is the kind of those who see everything.
ALTER TABLE trust.file ENABLE ROW LEVEL SECURITY;
CREATE POLICY command_works ON trust.file TO cspu_batch USING (TRUE) WITH CHECK (TRUE);
-- An inquiry about a child is in no list (Note [masked lines]): she reads of it in her journal, once the mask is over.
CREATE POLICY request_in_sight ON trust.file FOR SELECT TO cspu_web
    USING (person_id = kernel.in_sight() AND kernel.shows('*') AND relation <> 'inquiry');
ALTER TABLE trust.request ENABLE ROW LEVEL SECURITY;
CREATE POLICY command_works ON trust.request TO cspu_batch USING (TRUE) WITH CHECK (TRUE);
CREATE POLICY request_in_sight ON trust.request FOR SELECT TO cspu_web
    USING (person_id = kernel.in_sight() AND kernel.shows('trust') AND kernel.shows(scopes));
ALTER TABLE trust.consent ENABLE ROW LEVEL SECURITY;
CREATE POLICY command_works ON trust.consent TO cspu_batch USING (TRUE) WITH CHECK (TRUE);
CREATE POLICY request_in_sight ON trust.consent FOR SELECT TO cspu_web
    USING (person_id = kernel.in_sight() AND kernel.shows('trust') AND kernel.shows(scopes));
ALTER TABLE trust.mandate ENABLE ROW LEVEL SECURITY;
CREATE POLICY command_works ON trust.mandate TO cspu_batch USING (TRUE) WITH CHECK (TRUE);
CREATE POLICY request_in_sight ON trust.mandate FOR SELECT TO cspu_web
    USING (person_id = kernel.in_sight() AND (kernel.shows('*') OR kernel.seen_by(holder_id)));
ALTER TABLE trust.document ENABLE ROW LEVEL SECURITY;
CREATE POLICY command_works ON trust.document TO cspu_batch USING (TRUE) WITH CHECK (TRUE);
-- A signed paper, or a picture of it, may hold more than any mandate covers: she alone looks at it again.
CREATE POLICY request_in_sight ON trust.document FOR SELECT TO cspu_web
    USING (person_id = kernel.in_sight() AND kernel.shows('*'));
ALTER TABLE trust.correction ENABLE ROW LEVEL SECURITY;
CREATE POLICY command_works ON trust.correction TO cspu_batch USING (TRUE) WITH CHECK (TRUE);
CREATE POLICY request_in_sight ON trust.correction FOR SELECT TO cspu_web
    USING (person_id = kernel.in_sight() AND kernel.shows('trust') AND kernel.shows(scope));
ALTER TABLE trust.correction_move ENABLE ROW LEVEL SECURITY;
CREATE POLICY command_works ON trust.correction_move TO cspu_batch USING (TRUE) WITH CHECK (TRUE);
CREATE POLICY request_in_sight ON trust.correction_move FOR SELECT TO cspu_web
    USING (person_id = kernel.in_sight() AND kernel.shows('*'));
ALTER TABLE trust.grievance ENABLE ROW LEVEL SECURITY;
CREATE POLICY command_works ON trust.grievance TO cspu_batch USING (TRUE) WITH CHECK (TRUE);
CREATE POLICY request_in_sight ON trust.grievance FOR SELECT TO cspu_web
    USING (person_id = kernel.in_sight() AND kernel.shows('*'));
ALTER TABLE trust.grievance_move ENABLE ROW LEVEL SECURITY;
CREATE POLICY command_works ON trust.grievance_move TO cspu_batch USING (TRUE) WITH CHECK (TRUE);
CREATE POLICY request_in_sight ON trust.grievance_move FOR SELECT TO cspu_web
    USING (person_id = kernel.in_sight() AND kernel.shows('*'));
ALTER TABLE trust.code ENABLE ROW LEVEL SECURITY;

GRANT SELECT ON trust.file, trust.request, trust.consent, trust.mandate, trust.document,
    trust.correction, trust.correction_move, trust.grievance, trust.grievance_move TO cspu_batch, cspu_web;
GRANT INSERT ON trust.file TO cspu_batch;
GRANT UPDATE (held_to) ON trust.file TO cspu_batch;
