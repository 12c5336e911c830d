-- One's own open sessions, to see and to end; and the end of a second factor that was lost.
--
-- Note [a session by its mark]. A page names a session by a hash of its hash: from the mark nobody finds a token, and it
-- only means something to whoever the session belongs to.

CREATE FUNCTION trust.mark_of(session trust.session) RETURNS text
    LANGUAGE plpgsql IMMUTABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    RETURN left(encode(sha256(session.token_hash), 'hex'), 24);
END
$$;

CREATE FUNCTION trust.sessions_of(token text)
    RETURNS TABLE (mark text, provider text, device text, begun_at timestamptz, seen_at timestamptz, this_one boolean)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    live trust.session := trust.live_session(token);
BEGIN
    RETURN QUERY
    SELECT trust.mark_of(s), s.provider, s.device, s.begun_at, s.seen_at, s.token_hash = live.token_hash
    FROM trust.session AS s JOIN trust.session_limit AS l USING (actor_kind)
    WHERE s.actor_kind = live.actor_kind AND s.actor_id = live.actor_id
        AND s.ended_at IS NULL AND s.expires_at > now() AND s.seen_at + l.idle > now()
    ORDER BY s.token_hash = live.token_hash DESC, s.seen_at DESC;
END
$$;
COMMENT ON FUNCTION trust.sessions_of IS 'The open sessions of whoever holds this token, this one first';

-- Ends one of one's own, by its mark; an empty mark ends all but this one. How many that was.
CREATE FUNCTION trust.end_sessions(token text, wanted text) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    live  trust.session := trust.live_session(token);
    ended integer;
BEGIN
    UPDATE trust.session AS s SET ended_at = now()
    WHERE s.actor_kind = live.actor_kind AND s.actor_id = live.actor_id AND s.ended_at IS NULL
        AND CASE wanted WHEN '' THEN s.token_hash <> live.token_hash ELSE trust.mark_of(s) = wanted END;
    GET DIAGNOSTICS ended = ROW_COUNT;
    RETURN ended;
END
$$;

-- A second factor that was lost: ended by somebody else, with a name and a reason; a new one is learnt at the next log-in.
CREATE TABLE trust.factor_end (
    agent_id uuid        NOT NULL,
    ended_at timestamptz NOT NULL,
    ended_by uuid        NOT NULL,
    words    text        NOT NULL,
    CONSTRAINT factor_end_pkey PRIMARY KEY (agent_id, ended_at),
    CONSTRAINT factor_end_says_who UNIQUE (agent_id, ended_at, ended_by),
    CONSTRAINT factor_is_ended_by_another CHECK (ended_by <> agent_id),
    CONSTRAINT factor_end_says_why CHECK (words <> '' AND length(words) <= 500)
);
COMMENT ON TABLE trust.factor_end IS 'Second factors ended because they were lost: whose, by whom, why. Only grows.';
CREATE TRIGGER factor_end_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON trust.factor_end
    FOR EACH STATEMENT EXECUTE FUNCTION kernel.refuse_rewriting();

-- Note [two for a new one]. One colleague ends the codes that were lost, another allows new ones to be learnt: whoever
-- deceives one of them, or is one of them, does not come in under the name of a third.
CREATE TABLE trust.factor_allowed (
    agent_id   uuid        NOT NULL,
    ended_at   timestamptz NOT NULL,
    ended_by   uuid        NOT NULL,
    allowed_by uuid        NOT NULL,
    allowed_at timestamptz NOT NULL,
    words      text        NOT NULL,
    CONSTRAINT factor_allowed_pkey PRIMARY KEY (agent_id, ended_at),
    CONSTRAINT factor_is_allowed_after_an_end FOREIGN KEY (agent_id, ended_at, ended_by)
        REFERENCES trust.factor_end (agent_id, ended_at, ended_by),
    CONSTRAINT factor_is_allowed_by_a_third CHECK (allowed_by NOT IN (agent_id, ended_by)),
    CONSTRAINT factor_allowed_says_why CHECK (words <> '' AND length(words) <= 500)
);
COMMENT ON TABLE trust.factor_allowed IS 'New second factors allowed after an end: whose, by which second colleague, why. Only grows.';
CREATE TRIGGER factor_allowed_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON trust.factor_allowed
    FOR EACH STATEMENT EXECUTE FUNCTION kernel.refuse_rewriting();

-- How many second factors one agent may end in a day: data, so that a body may set its own.
CREATE TABLE trust.factor_limit (
    only_one   boolean NOT NULL,
    most_a_day integer NOT NULL,
    CONSTRAINT factor_limit_pkey PRIMARY KEY (only_one),
    CONSTRAINT factor_limit_is_one CHECK (only_one),
    CONSTRAINT factor_limit_lets_some CHECK (most_a_day > 0)
);
INSERT INTO trust.factor_limit VALUES (TRUE, 3);

CREATE FUNCTION trust.last_factor_end(agent uuid) RETURNS trust.factor_end
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    found trust.factor_end;
BEGIN
    SELECT e.* INTO found FROM trust.factor_end AS e WHERE e.agent_id = agent ORDER BY e.ended_at DESC LIMIT 1;
    RETURN found;
END
$$;

CREATE FUNCTION trust.waits_for_colleague(agent uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    last trust.factor_end := trust.last_factor_end(agent);
BEGIN
    RETURN last.agent_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM trust.factor_allowed AS a WHERE a.agent_id = agent AND a.ended_at = last.ended_at
    );
END
$$;
COMMENT ON FUNCTION trust.waits_for_colleague IS 'Whether that agent''s codes were ended and nobody else allowed new ones yet';

-- The first reasons why the agent of a session ends or allows nothing of that colleague's; null: none.
CREATE FUNCTION trust.factor_refusal(live trust.session, agent trust.agent, whose uuid, why text) RETURNS text
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    RETURN CASE
        WHEN live.token_hash IS NULL THEN 'session_over'
        WHEN live.second_factor_at IS NULL OR agent.agent_id IS NULL THEN 'second_factor_missing'
        WHEN NOT trust.is_strong(live) THEN 'stronger_login_needed'
        WHEN NOT EXISTS (
            SELECT FROM trust.agent AS a
            WHERE a.agent_id = whose AND a.active AND a.agent_id <> agent.agent_id AND a.organisation_id = agent.organisation_id
        ) THEN 'role_may_not'
        WHEN btrim(coalesce(why, '')) = '' THEN 'words_missing'
    END;
END
$$;

-- The colleagues of the agent of a session, once she gave a code lately; `waits_for_me`: she may allow new codes.
CREATE FUNCTION trust.factors_in_reach(token text, name_has text, most integer DEFAULT 50)
    RETURNS TABLE (
        agent_id uuid, name text, role text, organisation text, confirmed boolean, ended_at timestamptz, waits boolean, waits_for_me boolean
    )
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    live  trust.session := trust.live_session(token);
    agent trust.agent := trust.agent_of(live);
BEGIN
    IF live.second_factor_at IS NULL OR NOT trust.is_strong(live) THEN
        RETURN;
    END IF;
    RETURN QUERY
    SELECT a.agent_id, a.name, a.role, o.name, coalesce(f.confirmed, FALSE), e.ended_at,
        trust.waits_for_colleague(a.agent_id), trust.waits_for_colleague(a.agent_id) AND e.ended_by <> agent.agent_id
    FROM trust.agent AS a
    JOIN people.organisation AS o USING (organisation_id)
    JOIN trust.role AS r ON r.role = a.role AND r.second_factor
    LEFT JOIN trust.second_factor AS f ON f.agent_id = a.agent_id
    CROSS JOIN LATERAL trust.last_factor_end(a.agent_id) AS e
    WHERE a.active AND a.agent_id <> agent.agent_id AND a.organisation_id = agent.organisation_id
        AND strpos(lower(a.name), lower(name_has)) > 0
    ORDER BY a.name, a.agent_id
    LIMIT most;
END
$$;

CREATE FUNCTION trust.end_second_factor(token text, whose uuid, why text, OUT refusal text)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    live  trust.session := trust.live_session(token);
    agent trust.agent := trust.agent_of(live);
BEGIN
    -- Taken first: two who end a fourth and a fifth at once follow each other, and are counted.
    PERFORM FROM trust.agent AS a WHERE a.agent_id = agent.agent_id FOR UPDATE;
    refusal := coalesce(trust.factor_refusal(live, agent, whose, why), CASE
        WHEN (SELECT count(*) FROM trust.factor_end AS e WHERE e.ended_by = agent.agent_id AND e.ended_at > now() - interval '1 day')
            >= (SELECT l.most_a_day FROM trust.factor_limit AS l) THEN 'too_many_today'
    END);
    IF refusal IS NOT NULL THEN
        RETURN;
    END IF;
    DELETE FROM trust.second_factor AS f WHERE f.agent_id = whose;
    IF NOT FOUND THEN
        refusal := 'already_ended';
        RETURN;
    END IF;
    -- Whoever found the telephone meanwhile is out too.
    UPDATE trust.session AS s SET ended_at = now()
    WHERE s.actor_kind = 'agent' AND s.actor_id = whose AND s.ended_at IS NULL;
    INSERT INTO trust.factor_end VALUES (whose, clock_timestamp(), agent.agent_id, left(btrim(why), 500));
END
$$;
COMMENT ON FUNCTION trust.end_second_factor IS 'Null: ended, and the agent''s sessions with it; else why not.';

CREATE FUNCTION trust.allow_second_factor(token text, whose uuid, why text, OUT refusal text)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    live  trust.session := trust.live_session(token);
    agent trust.agent := trust.agent_of(live);
    last  trust.factor_end := trust.last_factor_end(whose);
BEGIN
    refusal := coalesce(trust.factor_refusal(live, agent, whose, why), CASE
        WHEN NOT trust.waits_for_colleague(whose) THEN 'already_ended'
        WHEN last.ended_by = agent.agent_id THEN 'another_must'
    END);
    IF refusal IS NULL THEN
        INSERT INTO trust.factor_allowed VALUES (whose, last.ended_at, last.ended_by, agent.agent_id, now(), left(btrim(why), 500))
        ON CONFLICT DO NOTHING;
    END IF;
END
$$;
COMMENT ON FUNCTION trust.allow_second_factor IS 'Null: that agent learns new codes at the next log-in; else why not.';

GRANT SELECT ON trust.factor_end, trust.factor_allowed, trust.factor_limit TO cspu_batch;
GRANT EXECUTE ON FUNCTION trust.sessions_of, trust.end_sessions, trust.factors_in_reach, trust.end_second_factor,
    trust.allow_second_factor TO cspu_web;
