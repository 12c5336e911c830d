-- The journal: every sight anybody was given of a person, one line each, chained by hash.
--
-- Note [chained per person]. A line's hash covers its content and the hash before it; the head keeps the number
-- of lines and the last hash, so that a line altered, removed, inserted or cut off the end is named by
-- `cspu ledger verify`.
--
-- Note [masked lines]. A line whose purpose would expose a third person (an inquiry for a child's protection)
-- keeps its place in the journal, with its date, but names nobody until `masked_until`. The mask is
-- written with the line, and hashed with it: masking is journalled like the rest.

CREATE TABLE trust.access (
    person_id       uuid        NOT NULL,
    rank            integer     NOT NULL,
    seen_at         timestamptz NOT NULL,
    actor_kind      text        NOT NULL,
    actor_id        uuid        NOT NULL,
    actor_name      text        NOT NULL,
    organisation_id uuid        NOT NULL,
    organisation    text        NOT NULL,
    role            text        NOT NULL,
    verb            text        NOT NULL,
    scopes          text[]      NOT NULL,
    purpose         text        NOT NULL,
    act             text        NOT NULL,
    basis           text        NOT NULL,
    masked_until    timestamptz,
    hash            bytea       NOT NULL,
    CONSTRAINT access_pkey PRIMARY KEY (person_id, rank),
    CONSTRAINT access_rank_counts_from_one CHECK (rank > 0),
    CONSTRAINT access_says_why CHECK (purpose <> '' AND basis <> '' AND act <> '')
);
COMMENT ON TABLE trust.access IS 'Who saw what of a person, when, why, through which act. Only grows.';
COMMENT ON COLUMN trust.access.actor_name IS 'The name as it was that day: a line never changes. Empty: the person herself';

CREATE TABLE trust.access_head (
    person_id uuid    NOT NULL,
    length    integer NOT NULL,
    hash      bytea   NOT NULL,
    CONSTRAINT access_head_pkey PRIMARY KEY (person_id)
);
COMMENT ON TABLE trust.access_head IS 'The end of each person''s journal, so that none of it can be cut off unseen';

CREATE TABLE trust.treatment (
    treatment_id uuid        NOT NULL,
    rank         integer     NOT NULL,
    command      text        NOT NULL,
    posted_by    text        NOT NULL,
    started_at   timestamptz NOT NULL,
    hash         bytea       NOT NULL,
    CONSTRAINT treatment_pkey PRIMARY KEY (treatment_id),
    CONSTRAINT treatment_follows_one_other UNIQUE (rank),
    CONSTRAINT treatment_rank_counts_from_one CHECK (rank > 0),
    CONSTRAINT treatment_names_its_command CHECK (command <> '')
);
COMMENT ON TABLE trust.treatment IS 'Named commands that worked on persons'' data: one line each, chained, shown to everybody';

CREATE TABLE trust.treatment_head (
    only_one boolean NOT NULL,
    length   integer NOT NULL,
    hash     bytea   NOT NULL,
    CONSTRAINT treatment_head_pkey PRIMARY KEY (only_one),
    CONSTRAINT treatments_have_one_end CHECK (only_one)
);
COMMENT ON TABLE trust.treatment_head IS 'The end of the list of treatments, so that none of it can be cut off unseen';
INSERT INTO trust.treatment_head VALUES (TRUE, 0, sha256(''));

CREATE TRIGGER access_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON trust.access
    FOR EACH STATEMENT EXECUTE FUNCTION kernel.refuse_rewriting();
CREATE TRIGGER access_head_is_never_deleted BEFORE DELETE OR TRUNCATE ON trust.access_head
    FOR EACH STATEMENT EXECUTE FUNCTION kernel.refuse_rewriting();
CREATE TRIGGER treatment_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON trust.treatment
    FOR EACH STATEMENT EXECUTE FUNCTION kernel.refuse_rewriting();
CREATE TRIGGER treatment_head_is_never_deleted BEFORE DELETE OR TRUNCATE ON trust.treatment_head
    FOR EACH STATEMENT EXECUTE FUNCTION kernel.refuse_rewriting();

-- What the hash of a line covers: an array of JSON tells where each word ends, whatever it holds.
CREATE FUNCTION trust.line_hash(previous bytea, line trust.access) RETURNS bytea
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    RETURN sha256(previous || timestamptz_send(line.seen_at) || coalesce(timestamptz_send(line.masked_until), '') || convert_to(
        jsonb_build_array(
            line.person_id, line.rank, line.actor_kind, line.actor_id, line.actor_name, line.organisation_id, line.organisation,
            line.role, line.verb, line.scopes, line.purpose, line.act, line.basis, line.masked_until IS NULL
        )::text, 'UTF8'));
END
$$;

-- The end of a person's journal, held until the end of the transaction: whoever comes to it meanwhile waits here.
CREATE FUNCTION trust.hold_journal(person uuid) RETURNS trust.access_head
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    head trust.access_head;
BEGIN
    INSERT INTO trust.access_head VALUES (person, 0, uuid_send(person)) ON CONFLICT DO NOTHING;
    SELECT h.* INTO head FROM trust.access_head AS h WHERE h.person_id = person FOR UPDATE;
    RETURN head;
END
$$;

CREATE FUNCTION trust.write_line(line trust.access) RETURNS integer
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    head    trust.access_head := trust.hold_journal(line.person_id);
    written xid;
BEGIN
    line.rank := head.length + 1;
    line.hash := trust.line_hash(head.hash, line);
    INSERT INTO trust.access SELECT line.* RETURNING xmin INTO written;
    -- Inside a savepoint the line could be rolled back, and the sight it stands for written again.
    IF written <> pg_current_xact_id()::xid THEN
        RAISE EXCEPTION 'the door does not open inside a savepoint' USING ERRCODE = 'invalid_transaction_state';
    END IF;
    UPDATE trust.access_head SET length = line.rank, hash = line.hash WHERE person_id = line.person_id;
    RETURN line.rank;
END
$$;

-- The journal of the person in sight, latest first, as she may read it.
CREATE FUNCTION trust.journal(since timestamptz, upto timestamptz, others_only boolean, below integer, most integer)
    RETURNS TABLE (
        rank integer, seen_at timestamptz, actor_kind text, herself boolean, actor_name text, organisation text, role text,
        verb text, scopes text[], purpose text, act text, basis text, masked_until timestamptz,
        mask_reason_fr text, mask_reason_en text
    )
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    RETURN QUERY
    SELECT a.rank, a.seen_at, CASE WHEN hidden THEN '' ELSE a.actor_kind END, a.actor_id = a.person_id,
        CASE WHEN hidden THEN '' ELSE a.actor_name END, CASE WHEN hidden THEN '' ELSE a.organisation END,
        CASE WHEN hidden THEN '' ELSE a.role END, a.verb, CASE WHEN hidden THEN '{}' ELSE a.scopes END,
        CASE WHEN hidden THEN '' ELSE a.purpose END, CASE WHEN hidden THEN '' ELSE a.act END,
        CASE WHEN hidden THEN '' ELSE a.basis END, CASE WHEN hidden THEN a.masked_until END,
        CASE WHEN hidden THEN p.mask_reason_fr END, CASE WHEN hidden THEN p.mask_reason_en END
    FROM trust.access AS a CROSS JOIN LATERAL (SELECT coalesce(a.masked_until > now(), FALSE) AS hidden) AS mask
    LEFT JOIN trust.purpose AS p ON p.purpose = a.purpose
    WHERE a.person_id = kernel.in_sight() AND kernel.shows('trust')
        AND a.seen_at >= since AND a.seen_at < upto AND (NOT others_only OR a.actor_id <> a.person_id)
        AND (below IS NULL OR a.rank < below)
        -- A helper reads what was seen within the mandate, and what she did herself.
        AND (kernel.shows(a.scopes) OR a.actor_id::text = split_part(kernel.sighted(), '|', 4))
    ORDER BY a.rank DESC
    LIMIT most;
END
$$;

-- All of a person's journal, oldest first, to take away: she alone reads it so, or a named command does. Masked the same.
CREATE FUNCTION trust.journal_of(person uuid, above integer, most integer)
    RETURNS TABLE (
        rank integer, seen_at timestamptz, actor_kind text, herself boolean, actor_name text, organisation text, role text,
        verb text, scopes text[], purpose text, act text, basis text, masked_until timestamptz,
        mask_reason_fr text, mask_reason_en text, hash bytea
    )
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    RETURN QUERY
    SELECT a.rank, a.seen_at, CASE WHEN hidden THEN '' ELSE a.actor_kind END, a.actor_id = a.person_id,
        CASE WHEN hidden THEN '' ELSE a.actor_name END, CASE WHEN hidden THEN '' ELSE a.organisation END,
        CASE WHEN hidden THEN '' ELSE a.role END, a.verb, CASE WHEN hidden THEN '{}' ELSE a.scopes END,
        CASE WHEN hidden THEN '' ELSE a.purpose END, CASE WHEN hidden THEN '' ELSE a.act END,
        CASE WHEN hidden THEN '' ELSE a.basis END, CASE WHEN hidden THEN a.masked_until END,
        CASE WHEN hidden THEN p.mask_reason_fr END, CASE WHEN hidden THEN p.mask_reason_en END,
        CASE WHEN NOT hidden THEN a.hash END
    FROM trust.access AS a CROSS JOIN LATERAL (SELECT coalesce(a.masked_until > now(), FALSE) AS hidden) AS mask
    LEFT JOIN trust.purpose AS p ON p.purpose = a.purpose
    WHERE a.person_id = person AND a.rank > above
        AND (pg_has_role(session_user, 'cspu_batch', 'MEMBER') OR (person = kernel.in_sight() AND kernel.shows('*')))
    ORDER BY a.rank
    LIMIT most;
END
$$;

CREATE FUNCTION trust.treatment_hash(previous bytea, line trust.treatment) RETURNS bytea
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    RETURN sha256(previous || timestamptz_send(line.started_at) || convert_to(
        jsonb_build_array(line.treatment_id, line.rank, line.command, line.posted_by)::text, 'UTF8'));
END
$$;

-- A named command, as it starts. Where it is about one person, her own journal says so too.
CREATE FUNCTION trust.record_treatment(
    treatment_id uuid, command text, started_at timestamptz, person uuid DEFAULT NULL, act text DEFAULT NULL, verb text DEFAULT 'read'
) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    head    trust.treatment_head;
    written trust.treatment;
    line    trust.access;
BEGIN
    SELECT h.* INTO head FROM trust.treatment_head AS h FOR UPDATE;
    written := (treatment_id, head.length + 1, command, session_user, started_at, NULL);
    written.hash := trust.treatment_hash(head.hash, written);
    INSERT INTO trust.treatment SELECT written.*;
    UPDATE trust.treatment_head SET length = written.rank, hash = written.hash;
    IF EXISTS (SELECT FROM people.person AS p WHERE p.person_id = person) THEN
        line := (person, NULL, clock_timestamp(), 'command', treatment_id, '', '00000000-0000-0000-0000-000000000000', '', 'operator',
            verb, '{*}', 'command', act, 'command', NULL, NULL);
        PERFORM trust.write_line(line);
    END IF;
END
$$;

ALTER TABLE trust.access ENABLE ROW LEVEL SECURITY;
ALTER TABLE trust.access_head ENABLE ROW LEVEL SECURITY;
CREATE POLICY command_works ON trust.access FOR SELECT TO cspu_batch USING (TRUE);
CREATE POLICY command_works ON trust.access_head FOR SELECT TO cspu_batch USING (TRUE);
GRANT SELECT ON trust.access, trust.access_head TO cspu_batch;
GRANT SELECT ON trust.treatment TO cspu_batch, cspu_web;
GRANT SELECT ON trust.treatment_head TO cspu_batch;
GRANT EXECUTE ON FUNCTION trust.journal TO cspu_web;
GRANT EXECUTE ON FUNCTION trust.journal_of TO cspu_batch, cspu_web;
GRANT EXECUTE ON FUNCTION trust.record_treatment, trust.line_hash, trust.treatment_hash TO cspu_batch;
