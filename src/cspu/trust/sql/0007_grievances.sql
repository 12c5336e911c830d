-- Complaints: "this is not right", said of a line of the journal, and what the data-protection officer answers.

CREATE FUNCTION trust.raise_grievance(grievance uuid, line integer, words text) RETURNS trust.choice_refusal
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    seer trust.seer := trust.sight();
    no   trust.choice_refusal := trust.choice_refusal_for('{}', 1);
BEGIN
    IF no IS NOT NULL THEN
        RETURN no;
    ELSIF NOT EXISTS (
        SELECT FROM trust.access AS a
        WHERE a.person_id = seer.person_id AND a.rank = line
            -- Of a line that trust.journal shows, no other.
            AND (kernel.shows(a.scopes) OR a.actor_id = seer.actor_id)
    ) THEN
        RETURN 'line_unknown';
    ELSIF coalesce(length(trim(words)), 0) NOT BETWEEN 1 AND 2000 THEN
        RETURN 'words_too_long';
    END IF;
    INSERT INTO trust.grievance
    VALUES (seer.person_id, grievance, line, trim(words), now(), seer.actor_kind || ':' || seer.actor_id)
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION trust.raise_grievance IS 'Opens a case about a line of the journal of the person in sight. Null: done; else why not.';

-- The data-protection officer of a session: she alone reads complaints, and only as such.
CREATE FUNCTION trust.officer_of(live trust.session) RETURNS trust.agent
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    agent trust.agent := trust.agent_of(live);
    officer trust.agent;
BEGIN
    IF agent.role = 'data_protection_officer' THEN
        officer := agent;
    END IF;
    RETURN officer;
END
$$;

CREATE FUNCTION trust.grievances(token text, most integer DEFAULT 50)
    RETURNS TABLE (grievance_id uuid, opened_at timestamptz, outcome text, since timestamptz)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    officer trust.agent := trust.officer_of(trust.live_session(token));
BEGIN
    IF officer.agent_id IS NULL THEN
        RETURN;
    END IF;
    RETURN QUERY
    SELECT g.grievance_id, g.opened_at, coalesce(m.outcome, ''), coalesce(m.moved_at, g.opened_at)
    FROM trust.grievance AS g
    LEFT JOIN LATERAL (
        SELECT each.outcome, each.moved_at FROM trust.grievance_move AS each
        WHERE each.person_id = g.person_id AND each.grievance_id = g.grievance_id ORDER BY each.rank DESC LIMIT 1
    ) AS m ON TRUE
    ORDER BY coalesce(m.outcome, '') IN ('justified', 'upheld'), 4
    LIMIT most;
END
$$;
COMMENT ON FUNCTION trust.grievances IS 'Complaints about access, those that wait first. Empty for anybody but a data-protection officer.';

-- One complaint: what was said, the one line of the journal it is about, and the answers; one more line says it was read.
CREATE FUNCTION trust.open_grievance(
    token text, grievance uuid, act text,
    OUT words text, OUT opened_at timestamptz, OUT seen_at timestamptz, OUT actor_name text, OUT organisation text, OUT role text,
    OUT verb text, OUT scopes text[], OUT purpose text, OUT line_act text, OUT basis text, OUT moves jsonb
)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    live    trust.session := trust.live_session(token);
    officer trust.agent := trust.officer_of(live);
    held    trust.grievance;
BEGIN
    PERFORM trust.close_sight();
    IF officer.agent_id IS NULL THEN
        RETURN;
    END IF;
    SELECT g.* INTO held FROM trust.grievance AS g WHERE g.grievance_id = grievance;
    IF held.person_id IS NULL THEN
        RETURN;
    END IF;
    PERFORM trust.write_line(trust.line_for(live, officer,
        (held.person_id, 'read', '{}'::text[], 'complaint', act, FALSE)::trust.asking, 'grievance:' || grievance));
    words := held.words;
    opened_at := held.opened_at;
    SELECT a.seen_at, a.actor_name, a.organisation, a.role, a.verb, a.scopes, a.purpose, a.act, a.basis
    INTO seen_at, actor_name, organisation, role, verb, scopes, purpose, line_act, basis
    FROM trust.access AS a WHERE a.person_id = held.person_id AND a.rank = held.about_line;
    moves := coalesce((
        SELECT jsonb_agg(jsonb_build_object(
            'moved_at', m.moved_at, 'mover_name', m.mover_name, 'outcome', m.outcome, 'words', m.words) ORDER BY m.rank)
        FROM trust.grievance_move AS m WHERE m.person_id = held.person_id AND m.grievance_id = grievance
    ), '[]');
END
$$;

CREATE FUNCTION trust.answer_grievance(token text, grievance uuid, answered text, answer_words text, act text, OUT refusal text)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    live    trust.session := trust.live_session(token);
    officer trust.agent := trust.officer_of(live);
    held    trust.grievance;
    last    trust.grievance_move;
BEGIN
    PERFORM trust.close_sight();
    IF officer.agent_id IS NOT NULL THEN
        SELECT g.* INTO held FROM trust.grievance AS g WHERE g.grievance_id = grievance;
        -- Two answers at once follow each other.
        PERFORM FROM trust.grievance AS g WHERE g.person_id = held.person_id AND g.grievance_id = grievance FOR UPDATE;
        SELECT m.* INTO last FROM trust.grievance_move AS m
        WHERE m.person_id = held.person_id AND m.grievance_id = grievance ORDER BY m.rank DESC LIMIT 1;
    END IF;
    refusal := CASE
        WHEN live.token_hash IS NULL THEN 'session_over'
        WHEN officer.agent_id IS NULL THEN 'role_may_not'
        WHEN held.person_id IS NULL OR last.outcome IN ('justified', 'upheld')
            OR answered NOT IN ('taken_up', 'justified', 'upheld') THEN 'already_ended'
        WHEN btrim(answer_words) = '' THEN 'words_missing'
    END;
    IF refusal IS NOT NULL THEN
        RETURN;
    END IF;
    PERFORM trust.write_line(trust.line_for(live, officer,
        (held.person_id, 'answer', '{}'::text[], 'complaint', act, FALSE)::trust.asking, 'grievance:' || grievance));
    INSERT INTO trust.grievance_move
    VALUES (held.person_id, grievance, coalesce(last.rank, 0) + 1, now(), 'agent:' || officer.agent_id, officer.name,
        answered, answer_words);
END
$$;

GRANT EXECUTE ON FUNCTION trust.raise_grievance, trust.grievances, trust.open_grievance, trust.answer_grievance TO cspu_web;
