-- Who acts: agents of organisations, the log-ins that lead to a person or an agent, and sessions.
--
-- Note [log-in is another role's]. A request (cspu_web) may use a session it was handed the token of; it
-- can neither read the tokens there are nor make one. Sessions are begun, strengthened and ended by cspu_login,
-- whose connection serves the log-in screens alone. What a request can do is bounded by the tokens
-- that people's browsers bring it.
--
-- Note [the door's clock]. Sessions, consents and mandates end by the database's own clock, which a request
-- cannot set, whatever day a demonstration lives on.

CREATE TABLE trust.agent (
    agent_id        uuid        NOT NULL,
    organisation_id uuid        NOT NULL,
    role            text        NOT NULL,
    name            text        NOT NULL,
    active          boolean     NOT NULL,
    recorded_at     timestamptz NOT NULL,
    CONSTRAINT agent_pkey PRIMARY KEY (agent_id),
    CONSTRAINT agent_works_for_a_known_organisation FOREIGN KEY (organisation_id) REFERENCES people.organisation,
    CONSTRAINT agent_has_a_known_role FOREIGN KEY (role) REFERENCES trust.role,
    CONSTRAINT agent_signs_with_a_name CHECK (name <> '')
);
COMMENT ON TABLE trust.agent IS 'Reference table: people who act for an organisation, in one role each, under their own name';

CREATE TABLE trust.second_factor (
    agent_id         uuid    NOT NULL,
    secret_encrypted bytea   NOT NULL,
    key_version      integer NOT NULL,
    confirmed        boolean NOT NULL,
    last_step        bigint  NOT NULL,
    CONSTRAINT second_factor_pkey PRIMARY KEY (agent_id)
);
COMMENT ON COLUMN trust.second_factor.last_step IS 'Thirty-second step of the last code taken: no code is taken twice';

CREATE TABLE trust.login (
    login_hash bytea       NOT NULL,
    provider   text        NOT NULL,
    actor_kind text        NOT NULL,
    actor_id   uuid        NOT NULL,
    linked_at  timestamptz NOT NULL,
    CONSTRAINT login_pkey PRIMARY KEY (login_hash),
    CONSTRAINT login_hash_is_a_sha256 CHECK (octet_length(login_hash) = 32),
    CONSTRAINT login_leads_to_a_person_or_an_agent CHECK (actor_kind IN ('person', 'agent'))
);
COMMENT ON TABLE trust.login IS 'SHA-256 of provider and subject -> whose log-in it is';

CREATE TABLE trust.session (
    token_hash       bytea       NOT NULL,
    actor_kind       text        NOT NULL,
    actor_id         uuid        NOT NULL,
    provider         text        NOT NULL,
    begun_at         timestamptz NOT NULL,
    seen_at          timestamptz NOT NULL,
    expires_at       timestamptz NOT NULL,
    strong_until     timestamptz,
    second_factor_at timestamptz,
    ended_at         timestamptz,
    device           text        NOT NULL DEFAULT '',
    CONSTRAINT session_pkey PRIMARY KEY (token_hash),
    CONSTRAINT session_token_is_hashed CHECK (octet_length(token_hash) = 32),
    CONSTRAINT session_is_of_a_person_or_an_agent CHECK (actor_kind IN ('person', 'agent')),
    CONSTRAINT session_ends_after_it_begins CHECK (begun_at < expires_at)
);
COMMENT ON COLUMN trust.session.device IS 'Kind of browser and of machine, as it said of itself: for its holder to know it again';
COMMENT ON TABLE trust.session IS 'Open log-ins, by the hash of a token that only a browser holds';
CREATE INDEX login_by_actor ON trust.login (actor_id);
CREATE INDEX session_by_actor ON trust.session (actor_id) WHERE ended_at IS NULL;

-- A session nobody used for so long is over, and so is one that old: data, so that a body may set its own.
CREATE TABLE trust.session_limit (
    actor_kind text     NOT NULL,
    idle       interval NOT NULL,
    whole      interval NOT NULL,
    strong     interval NOT NULL,
    CONSTRAINT session_limit_pkey PRIMARY KEY (actor_kind),
    CONSTRAINT session_limit_is_of_a_person_or_an_agent CHECK (actor_kind IN ('person', 'agent')),
    CONSTRAINT session_idles_less_than_it_lasts CHECK (idle <= whole)
);
COMMENT ON COLUMN trust.session_limit.strong IS 'How long a stronger log-in stays strong enough for an act that moves value';
INSERT INTO trust.session_limit VALUES ('person', '1 hour', '12 hours', '10 minutes'), ('agent', '1 hour', '10 hours', '10 minutes');

CREATE FUNCTION trust.live_session(token text) RETURNS trust.session
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    live trust.session;
BEGIN
    SELECT s.* INTO live
    FROM trust.session AS s JOIN trust.session_limit AS l USING (actor_kind)
    WHERE s.token_hash = sha256(convert_to(token, 'UTF8'))
        AND s.ended_at IS NULL AND s.expires_at > now() AND s.seen_at + l.idle > now();
    RETURN live;
END
$$;
COMMENT ON FUNCTION trust.live_session IS 'The open session of a token, or null';

-- Who she is was confirmed lately: a person by her provider's stronger log-in, an agent by a new code of her second factor.
CREATE FUNCTION trust.is_strong(live trust.session) RETURNS boolean
    LANGUAGE sql STABLE
    RETURN coalesce(live.strong_until > now(), FALSE);

-- Log-in -----------------------------------------------------------------------------------------

CREATE FUNCTION trust.begin_session(token text, kind text, id uuid, provider text, is_strong boolean, device text DEFAULT '') RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    INSERT INTO trust.session (token_hash, actor_kind, actor_id, provider, begun_at, seen_at, expires_at, strong_until, device)
    SELECT sha256(convert_to(token, 'UTF8')), kind, id, provider, now(), now(), now() + l.whole,
        CASE WHEN is_strong THEN now() + l.strong END, left(begin_session.device, 60)
    FROM trust.session_limit AS l WHERE l.actor_kind = kind;
END
$$;

CREATE FUNCTION trust.end_session(token text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    UPDATE trust.session SET ended_at = now()
    WHERE token_hash = sha256(convert_to(token, 'UTF8')) AND ended_at IS NULL;
    RETURN FOUND;
END
$$;

-- A stronger log-in replaces the session by a new one: the former token is worth nothing.
CREATE FUNCTION trust.strengthen_session(token text, new_token text, is_strong boolean, second_factor boolean) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    live trust.session := trust.live_session(token);
BEGIN
    IF live.token_hash IS NULL THEN
        RETURN FALSE;
    END IF;
    UPDATE trust.session SET ended_at = now() WHERE token_hash = live.token_hash;
    INSERT INTO trust.session (token_hash, actor_kind, actor_id, provider, begun_at, seen_at, expires_at, strong_until, second_factor_at, device)
    SELECT sha256(convert_to(new_token, 'UTF8')), live.actor_kind, live.actor_id, live.provider, live.begun_at, now(), live.expires_at,
        CASE WHEN is_strong THEN now() + l.strong ELSE live.strong_until END,
        CASE WHEN second_factor THEN now() ELSE live.second_factor_at END, live.device
    FROM trust.session_limit AS l WHERE l.actor_kind = live.actor_kind;
    RETURN TRUE;
END
$$;

CREATE FUNCTION trust.actor_of_login(login bytea, OUT actor_kind text, OUT actor_id uuid)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    SELECT l.actor_kind, l.actor_id INTO actor_kind, actor_id FROM trust.login AS l WHERE l.login_hash = login;
END
$$;

-- False where that person already comes by another log-in of this provider (a namesake, perhaps), or somebody else by this one:
-- a human decides.
CREATE FUNCTION trust.link_person(login bytea, whose_provider text, person uuid) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    PERFORM FROM people.person AS p WHERE p.person_id = person FOR UPDATE;
    IF EXISTS (
        SELECT FROM trust.login AS l
        WHERE l.actor_kind = 'person' AND l.actor_id = person AND l.provider = whose_provider AND l.login_hash <> login
    ) THEN
        RETURN FALSE;
    END IF;
    INSERT INTO trust.login VALUES (login, whose_provider, 'person', person, now()) ON CONFLICT (login_hash) DO NOTHING;
    RETURN EXISTS (
        SELECT FROM trust.login AS l WHERE l.login_hash = login AND l.actor_kind = 'person' AND l.actor_id = person
    );
END
$$;

-- By a named command, for an agent her body registers; never for a person.
CREATE FUNCTION trust.link_agent(login bytea, whose_provider text, agent uuid, at timestamptz) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    INSERT INTO trust.login SELECT login, whose_provider, 'agent', a.agent_id, at FROM trust.agent AS a WHERE a.agent_id = agent
    ON CONFLICT (login_hash) DO NOTHING;
    RETURN FOUND;
END
$$;

-- Persons whose civil identity is exactly the one a provider vouches for, somebody known by an employer's own number
-- alone left out. More than one, or none: a human decides, never this function.
CREATE FUNCTION trust.match_pivot(
    family text, given text, gender text, born date, place text, country text
) RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    RETURN QUERY
    SELECT i.person_id
    FROM people.identity AS i JOIN people.person AS p USING (person_id)
    WHERE i.birth_date = born AND i.sex = gender
        AND trust.folded(i.birth_name) = trust.folded(family)
        AND trust.folded(split_part(replace(i.given_names, ',', ' '), ' ', 1)) = trust.folded(split_part(replace(given, ',', ' '), ' ', 1))
        -- Payroll writes the name of the place, which proves nothing either way; a commune's code must agree.
        AND (i.birth_place !~ '^([0-9]{2}|2[AB])[0-9]{3}$' OR place = '' OR i.birth_place = place)
        AND (i.birth_department = '' OR place = '' OR i.birth_department IN (left(place, 2), left(place, 3)))
        AND (i.birth_country <> 'FR' OR country IN ('', '99100'))
        AND p.merged_into IS NULL AND NOT p.provisional
    LIMIT 2;
END
$$;

-- Names are compared without accents, case or punctuation: registers do not agree on them.
CREATE FUNCTION trust.folded(name text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN regexp_replace(
        translate(upper(name COLLATE "pg_c_utf8"), 'ÀÂÄÃÁÅÇÉÈÊËÍÌÎÏÑÓÒÔÖÕÚÙÛÜÝŸ', 'AAAAAACEEEEIIIINOOOOOUUUUYY'), '[^A-Z]', '', 'g'
    );

-- Which agent this log-in is of, in the establishment the provider names: an agent who left is nobody here.
CREATE FUNCTION trust.agent_at(agent uuid, wanted_siret text) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    RETURN EXISTS (
        SELECT FROM trust.agent AS a JOIN people.organisation AS o USING (organisation_id)
        WHERE a.agent_id = agent AND a.active AND o.siret = wanted_siret
    );
END
$$;

-- The second factor of the session's own agent: sealed, to be opened by the log-in screens alone.
CREATE FUNCTION trust.second_factor_of(
    token text, OUT agent_id uuid, OUT secret_encrypted bytea, OUT key_version integer, OUT confirmed boolean, OUT last_step bigint
)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    live trust.session := trust.live_session(token);
BEGIN
    IF live.actor_kind = 'agent' THEN
        agent_id := live.actor_id;
        SELECT f.secret_encrypted, f.key_version, f.confirmed, f.last_step
        INTO secret_encrypted, key_version, confirmed, last_step
        FROM trust.second_factor AS f WHERE f.agent_id = live.actor_id;
    END IF;
END
$$;

-- A secret offered to an agent who confirmed none yet: offered again, it replaces the one before. After codes were lost, once
-- a second colleague allowed it (0010, Note [two for a new one]).
CREATE FUNCTION trust.offer_second_factor(token text, sealed bytea, version integer) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    live trust.session := trust.live_session(token);
BEGIN
    IF live.actor_kind IS DISTINCT FROM 'agent' OR trust.waits_for_colleague(live.actor_id) THEN
        RETURN FALSE;
    END IF;
    INSERT INTO trust.second_factor AS held VALUES (live.actor_id, sealed, version, FALSE, 0)
    ON CONFLICT (agent_id) DO UPDATE SET secret_encrypted = excluded.secret_encrypted, key_version = excluded.key_version
    WHERE NOT held.confirmed;
    RETURN FOUND;
END
$$;

-- A code was right: its step is taken once, whoever brings it twice, and the session is strengthened.
CREATE FUNCTION trust.take_code(token text, new_token text, step bigint) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    live trust.session := trust.live_session(token);
BEGIN
    UPDATE trust.second_factor AS f SET last_step = step, confirmed = TRUE
    WHERE f.agent_id = live.actor_id AND live.actor_kind = 'agent' AND f.last_step < step;
    RETURN FOUND AND trust.strengthen_session(token, new_token, TRUE, TRUE);
END
$$;

-- Log-ins nobody could be found for without doubt: a human decides, with no identity kept here.
CREATE TABLE trust.doubt (
    login_hash bytea       NOT NULL,
    provider   text        NOT NULL,
    reason     text        NOT NULL,
    seen_at    timestamptz NOT NULL,
    settled_at timestamptz,
    settled_by text,
    outcome    text,
    words      text,
    CONSTRAINT doubt_pkey PRIMARY KEY (login_hash),
    CONSTRAINT doubt_reason_is_known CHECK (reason IN ('nobody', 'several', 'unknown_agent', 'elsewhere')),
    CONSTRAINT doubt_outcome_is_known CHECK (outcome IN ('linked', 'refused')),
    CONSTRAINT doubt_is_settled_by_somebody_who_says_why CHECK (
        (settled_at IS NULL) = (outcome IS NULL) AND (settled_at IS NULL) = (coalesce(settled_by, '') = '')
        AND (settled_at IS NULL) = (coalesce(words, '') = '')
    )
);
COMMENT ON COLUMN trust.doubt.settled_by IS 'Name of the human who decided; words says on what papers';

CREATE FUNCTION trust.record_doubt(login bytea, whose_provider text, why text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    INSERT INTO trust.doubt VALUES (login, whose_provider, why, now())
    ON CONFLICT (login_hash) DO UPDATE SET reason = excluded.reason, seen_at = excluded.seen_at;
END
$$;

-- How often something was tried by somebody lately: a bucket is a hash, never a name or an address.
CREATE TABLE trust.attempt (
    bucket bytea       NOT NULL,
    since  timestamptz NOT NULL,
    tries  integer     NOT NULL,
    CONSTRAINT attempt_pkey PRIMARY KEY (bucket)
);

CREATE FUNCTION trust.try(bucket_key bytea, most integer, within_seconds integer) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    so_far integer;
BEGIN
    INSERT INTO trust.attempt AS held VALUES (bucket_key, now(), 1)
    ON CONFLICT (bucket) DO UPDATE SET
        since = CASE WHEN held.since + within_seconds * interval '1 second' < now() THEN now() ELSE held.since END,
        tries = CASE WHEN held.since + within_seconds * interval '1 second' < now() THEN 1 ELSE held.tries + 1 END
    RETURNING tries INTO so_far;
    RETURN so_far <= most;
END
$$;
COMMENT ON FUNCTION trust.try IS 'Counts one more try; false once there were too many in that time';

-- What a screen may know of who is logged in, before any person's data.
CREATE FUNCTION trust.who(
    token text, OUT actor_kind text, OUT actor_id uuid, OUT name text, OUT role text, OUT organisation_id uuid,
    OUT organisation text, OUT provider text, OUT second_factor boolean, OUT needs_second_factor boolean, OUT strong boolean
)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    live trust.session := trust.live_session(token);
BEGIN
    IF live.token_hash IS NULL THEN
        RETURN;
    END IF;
    actor_kind := live.actor_kind;
    actor_id := live.actor_id;
    provider := live.provider;
    second_factor := live.second_factor_at IS NOT NULL;
    strong := trust.is_strong(live);
    needs_second_factor := FALSE;
    IF live.actor_kind = 'agent' THEN
        SELECT a.name, a.role, a.organisation_id, o.name, r.second_factor
        INTO name, role, organisation_id, organisation, needs_second_factor
        FROM trust.agent AS a JOIN people.organisation AS o USING (organisation_id) JOIN trust.role AS r USING (role)
        WHERE a.agent_id = live.actor_id AND a.active;
        IF NOT FOUND THEN
            actor_kind := NULL;
        END IF;
    END IF;
    -- Written once a minute at most: a page must not cost a write for this.
    UPDATE trust.session SET seen_at = now()
    WHERE token_hash = live.token_hash AND seen_at < now() - interval '1 minute';
END
$$;

ALTER TABLE trust.second_factor ENABLE ROW LEVEL SECURITY;
ALTER TABLE trust.login ENABLE ROW LEVEL SECURITY;
ALTER TABLE trust.session ENABLE ROW LEVEL SECURITY;
ALTER TABLE trust.doubt ENABLE ROW LEVEL SECURITY;
ALTER TABLE trust.attempt ENABLE ROW LEVEL SECURITY;
CREATE POLICY command_works ON trust.doubt TO cspu_batch USING (TRUE) WITH CHECK (TRUE);
CREATE POLICY command_works ON trust.second_factor TO cspu_batch USING (TRUE) WITH CHECK (TRUE);

GRANT USAGE ON SCHEMA trust TO cspu_login;
GRANT SELECT, INSERT, UPDATE ON trust.agent TO cspu_batch;
GRANT EXECUTE ON FUNCTION trust.link_agent TO cspu_batch;
-- Who acts for a body signs by name before anybody: that is no secret.
GRANT SELECT ON trust.agent TO cspu_web;
GRANT SELECT, INSERT, UPDATE ON trust.second_factor TO cspu_batch;
GRANT SELECT ON trust.doubt TO cspu_batch;
GRANT SELECT ON trust.session_limit TO cspu_batch, cspu_web;
GRANT EXECUTE ON FUNCTION trust.begin_session, trust.end_session, trust.strengthen_session, trust.actor_of_login,
    trust.link_person, trust.match_pivot, trust.who, trust.agent_at, trust.second_factor_of, trust.offer_second_factor,
    trust.take_code, trust.record_doubt, trust.try TO cspu_login;
GRANT EXECUTE ON FUNCTION trust.who, trust.end_session TO cspu_web;
