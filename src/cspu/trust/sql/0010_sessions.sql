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
    CONSTRAINT factor_is_ended_by_another CHECK (ended_by <> agent_id),
    CONSTRAINT factor_end_says_why CHECK (words <> '' AND length(words) <= 500)
);
COMMENT ON TABLE trust.factor_end IS 'Second factors ended because they were lost: whose, by whom, why. Only grows.';
CREATE TRIGGER factor_end_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON trust.factor_end
    FOR EACH STATEMENT EXECUTE FUNCTION kernel.refuse_rewriting();

-- Whose second factor the agent of a session may end: a colleague's, or anybody's for the data-protection officer.
CREATE FUNCTION trust.factors_in_reach(token text, name_has text, most integer DEFAULT 50)
    RETURNS TABLE (agent_id uuid, name text, role text, organisation text, confirmed boolean, ended_at timestamptz)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    agent trust.agent := trust.agent_of(trust.live_session(token));
BEGIN
    RETURN QUERY
    SELECT a.agent_id, a.name, a.role, o.name, coalesce(f.confirmed, FALSE),
        (SELECT max(e.ended_at) FROM trust.factor_end AS e WHERE e.agent_id = a.agent_id)
    FROM trust.agent AS a
    JOIN people.organisation AS o USING (organisation_id)
    JOIN trust.role AS r ON r.role = a.role AND r.second_factor
    LEFT JOIN trust.second_factor AS f ON f.agent_id = a.agent_id
    WHERE a.active AND a.agent_id <> agent.agent_id
        AND (a.organisation_id = agent.organisation_id OR agent.role = 'data_protection_officer')
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
    refusal := CASE
        WHEN live.token_hash IS NULL THEN 'session_over'
        WHEN live.second_factor_at IS NULL OR agent.agent_id IS NULL THEN 'second_factor_missing'
        WHEN NOT EXISTS (
            SELECT FROM trust.agent AS a WHERE a.agent_id = whose AND a.active AND a.agent_id <> agent.agent_id
                AND (a.organisation_id = agent.organisation_id OR agent.role = 'data_protection_officer')
        ) THEN 'role_may_not'
        WHEN btrim(coalesce(why, '')) = '' THEN 'words_missing'
    END;
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
    INSERT INTO trust.factor_end VALUES (whose, now(), agent.agent_id, left(btrim(why), 500));
END
$$;
COMMENT ON FUNCTION trust.end_second_factor IS 'Null: ended, and the agent''s sessions with it; else why not.';

GRANT SELECT ON trust.factor_end TO cspu_batch;
GRANT EXECUTE ON FUNCTION trust.sessions_of, trust.end_sessions, trust.factors_in_reach, trust.end_second_factor TO cspu_web;
