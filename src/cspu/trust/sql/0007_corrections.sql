-- Corrections: a fact she says is wrong goes to whoever told it, and comes back with an answer.

-- Bodies that may be asked to correct facts of that scope: where somebody works whose role answers for it.
CREATE FUNCTION trust.answers_for(organisation uuid, wanted text) RETURNS boolean
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    RETURN EXISTS (
        SELECT FROM trust.agent AS a
        WHERE a.organisation_id = organisation AND a.active
            AND trust.basis_of(a.role, wanted, 'answer', trust.region_of(a)) IS NOT NULL
    );
END
$$;

-- Whether the law lets some body see the whole of that scope in the files it holds: telling it of a fact there tells it nothing new.
CREATE FUNCTION trust.sees_whole(organisation uuid, wanted text) RETURNS boolean
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    RETURN EXISTS (
        SELECT FROM trust.agent AS a
        JOIN trust.legal_basis AS b ON b.basis = trust.basis_of(a.role, wanted, 'read', trust.region_of(a))
        WHERE a.organisation_id = organisation AND a.active AND b.relation = 'own_file'
    );
END
$$;

-- Whom to ask about a fact of the person in sight: the body that said it or that it speaks of; else those that hold
-- her file and may see such facts whoever said them. An employer is never told of another job that way.
CREATE FUNCTION trust.who_corrects(wanted text, said_by uuid[])
    RETURNS TABLE (organisation_id uuid, name text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    RETURN QUERY
    SELECT o.organisation_id, o.name FROM people.organisation AS o
    WHERE o.organisation_id = ANY (said_by) AND trust.answers_for(o.organisation_id, wanted)
    ORDER BY o.name;
    IF FOUND THEN
        RETURN;
    END IF;
    RETURN QUERY
    SELECT DISTINCT o.organisation_id, o.name
    FROM trust.file AS f JOIN people.organisation AS o USING (organisation_id)
    WHERE f.person_id = kernel.in_sight() AND kernel.shows('trust') AND f.relation = 'own_file'
        AND kernel.today() BETWEEN f.held_from AND f.held_to
        AND trust.answers_for(o.organisation_id, wanted) AND trust.sees_whole(o.organisation_id, wanted)
    ORDER BY 2;
END
$$;

CREATE FUNCTION trust.ask_correction(correction uuid, organisation uuid, about text, fact text, words text)
    RETURNS trust.choice_refusal
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    seer   trust.seer := trust.sight();
    no     trust.choice_refusal := trust.choice_refusal_for(ARRAY[about], 1);
    signed text := seer.actor_kind || ':' || seer.actor_id;
BEGIN
    no := coalesce(no, CASE
        WHEN NOT trust.answers_for(organisation, about) THEN 'organisation_unknown'
        WHEN btrim(words) = '' THEN 'words_missing'
    END::trust.choice_refusal);
    IF no IS NOT NULL THEN
        RETURN no;
    END IF;
    INSERT INTO trust.correction VALUES (seer.person_id, correction, organisation, about, fact, signed, now())
    ON CONFLICT DO NOTHING;
    IF FOUND THEN
        INSERT INTO trust.correction_move
        VALUES (seer.person_id, correction, 1, now(), signed, trust.signature_of(seer), 'asked', words);
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION trust.ask_correction IS 'Says to the body that told it that a fact is wrong. Null: done; else why not.';

CREATE FUNCTION trust.signature_of(seer trust.seer) RETURNS text
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    RETURN coalesce(CASE seer.actor_kind
        WHEN 'agent' THEN (SELECT a.name FROM trust.agent AS a WHERE a.agent_id = seer.actor_id)
        ELSE trust.name_of(seer.actor_id)
    END, '');
END
$$;

-- The person goes on: she says more when asked for it, or gives up.
CREATE FUNCTION trust.reply_correction(correction uuid, outcome text, words text) RETURNS trust.choice_refusal
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    seer trust.seer := trust.sight();
    no   trust.choice_refusal := trust.choice_refusal_for('{}', 1);
    last trust.correction_move;
BEGIN
    IF no IS NOT NULL THEN
        RETURN no;
    END IF;
    PERFORM FROM trust.correction AS c WHERE c.person_id = seer.person_id AND c.correction_id = correction FOR UPDATE;
    SELECT m.* INTO last FROM trust.correction_move AS m
    WHERE m.person_id = seer.person_id AND m.correction_id = correction ORDER BY m.rank DESC LIMIT 1;
    IF coalesce(outcome || ' after ' || last.outcome, '') NOT IN (
        'asked after more_needed', 'withdrawn after more_needed', 'withdrawn after asked') THEN
        RETURN 'already_ended';
    ELSIF outcome = 'asked' AND btrim(words) = '' THEN
        RETURN 'words_missing';
    END IF;
    INSERT INTO trust.correction_move
    VALUES (seer.person_id, correction, last.rank + 1, now(), seer.actor_kind || ':' || seer.actor_id,
        trust.signature_of(seer), outcome, words);
    RETURN NULL;
END
$$;

-- What waits for an answer of the agent's body, and what was answered: no name and no fact.
CREATE FUNCTION trust.corrections(token text, most integer DEFAULT 50)
    RETURNS TABLE (correction_id uuid, scope text, asked_at timestamptz, outcome text, since timestamptz)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    agent trust.agent := trust.agent_of(trust.live_session(token));
BEGIN
    RETURN QUERY
    SELECT c.correction_id, c.scope, c.asked_at, m.outcome, m.moved_at
    FROM trust.correction AS c
    CROSS JOIN LATERAL (
        SELECT each.outcome, each.moved_at FROM trust.correction_move AS each
        WHERE each.person_id = c.person_id AND each.correction_id = c.correction_id ORDER BY each.rank DESC LIMIT 1
    ) AS m
    WHERE c.organisation_id = agent.organisation_id
        AND trust.basis_of(agent.role, c.scope, 'answer', trust.region_of(agent)) IS NOT NULL
    ORDER BY m.outcome <> 'asked', m.moved_at
    LIMIT most;
END
$$;

-- The correction this agent may answer; null: none of that id, or not hers to answer.
CREATE FUNCTION trust.correction_for(agent trust.agent, correction uuid) RETURNS trust.correction
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    found trust.correction;
BEGIN
    SELECT c.* INTO found FROM trust.correction AS c
    WHERE c.organisation_id = agent.organisation_id AND c.correction_id = correction
        AND trust.basis_of(agent.role, c.scope, 'answer', trust.region_of(agent)) IS NOT NULL;
    RETURN found;
END
$$;

-- One correction in full, and one line of the journal: who signed, which fact, what was said. Nothing else of her.
CREATE FUNCTION trust.open_correction(token text, correction uuid, act text)
    RETURNS TABLE (scope text, fact text, rank integer, moved_at timestamptz, mover_name text, outcome text, words text)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    live  trust.session := trust.live_session(token);
    agent trust.agent := trust.agent_of(live);
    asked trust.correction := trust.correction_for(agent, correction);
BEGIN
    PERFORM trust.close_sight();
    IF asked.person_id IS NULL THEN
        RETURN;
    END IF;
    PERFORM trust.write_line(trust.line_for(live, agent,
        (asked.person_id, 'answer', ARRAY[asked.scope], 'correction', act, FALSE)::trust.asking, 'law:correction'));
    RETURN QUERY
    SELECT asked.scope, asked.fact, m.rank, m.moved_at, m.mover_name, m.outcome, m.words
    FROM trust.correction_move AS m
    WHERE m.person_id = asked.person_id AND m.correction_id = asked.correction_id ORDER BY m.rank;
END
$$;

CREATE FUNCTION trust.answer_correction(token text, correction uuid, answered text, words text, act text, OUT refusal text)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    live  trust.session := trust.live_session(token);
    agent trust.agent := trust.agent_of(live);
    asked trust.correction := trust.correction_for(agent, correction);
    last  trust.correction_move;
BEGIN
    PERFORM trust.close_sight();
    -- Two answers at once follow each other: the second finds the ball gone.
    PERFORM FROM trust.correction AS c
    WHERE c.person_id = asked.person_id AND c.correction_id = asked.correction_id FOR UPDATE;
    SELECT m.* INTO last FROM trust.correction_move AS m
    WHERE m.person_id = asked.person_id AND m.correction_id = correction ORDER BY m.rank DESC LIMIT 1;
    refusal := CASE
        WHEN live.token_hash IS NULL THEN 'session_over'
        WHEN live.actor_kind = 'agent' AND agent.agent_id IS NULL THEN 'second_factor_missing'
        WHEN asked.person_id IS NULL THEN 'role_may_not'
        WHEN last.outcome <> 'asked' OR answered NOT IN ('corrected', 'kept', 'more_needed') THEN 'already_ended'
        WHEN btrim(words) = '' THEN 'words_missing'
    END;
    IF refusal IS NOT NULL THEN
        RETURN;
    END IF;
    PERFORM trust.write_line(trust.line_for(live, agent,
        (asked.person_id, 'answer', ARRAY[asked.scope], 'correction', act, FALSE)::trust.asking, 'law:correction'));
    INSERT INTO trust.correction_move
    VALUES (asked.person_id, correction, last.rank + 1, now(), 'agent:' || agent.agent_id, agent.name, answered, words);
END
$$;
COMMENT ON FUNCTION trust.answer_correction IS 'The answer of the body that a person asked to correct a fact. Null: done; else why not.';

GRANT EXECUTE ON FUNCTION trust.who_corrects, trust.ask_correction, trust.reply_correction, trust.corrections,
    trust.open_correction, trust.answer_correction TO cspu_web;
