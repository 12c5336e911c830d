-- The desk of those who act for a body: whom they may see and why, what they asked, what they must answer.
--
-- Note [an agent at her desk]. Every function here takes the token of a session and works for the agent behind it
-- once the second factor of her role was shown. A list names nobody unless the journal of whoever it
-- names says so; what concerns one person is opened one at a time, with one line each.

CREATE FUNCTION trust.agent_of(live trust.session) RETURNS trust.agent
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    agent trust.agent;
BEGIN
    SELECT a.* INTO agent
    FROM trust.agent AS a JOIN trust.role AS r USING (role)
    WHERE a.agent_id = live.actor_id AND a.active AND live.actor_kind = 'agent'
        AND (live.second_factor_at IS NOT NULL OR NOT r.second_factor);
    RETURN agent;
END
$$;
COMMENT ON FUNCTION trust.agent_of IS 'The agent of a session, ready to use her role; null otherwise';

-- The scopes that the law, and not a consent, opens to this agent on whoever her body holds such a file on.
CREATE FUNCTION trust.scopes_by_law(agent trust.agent)
    RETURNS TABLE (scope text, basis text, relation text)
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    RETURN QUERY
    SELECT s.scope, b.basis, CASE b.relation WHEN 'own_rows' THEN 'own_file' ELSE b.relation END
    FROM trust.scope AS s
    JOIN trust.legal_basis AS b ON b.basis = trust.basis_of(agent.role, s.scope, 'read', trust.region_of(agent))
    WHERE b.relation IN ('own_file', 'own_rows', 'audit', 'inquiry')
    ORDER BY s.position;
END
$$;

CREATE FUNCTION trust.scopes_of_themes(wanted text[]) RETURNS text[]
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    RETURN ARRAY (
        SELECT s.scope FROM trust.scope AS s
        WHERE EXISTS (SELECT FROM trust.theme_scope AS t WHERE t.scope = s.scope AND t.theme = ANY (wanted))
        ORDER BY s.position
    );
END
$$;

-- Who may hold mandates in this session: a person, or the structure of a habilitated helper.
CREATE FUNCTION trust.mandate_holder(live trust.session, agent trust.agent) RETURNS uuid
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    RETURN CASE WHEN live.actor_kind = 'person' THEN live.actor_id
        WHEN agent.role = 'habilitated_helper' THEN agent.organisation_id END;
END
$$;

-- Some of the persons the actor may look at today, in the order of their ids: a page of them costs the same however many there are.
CREATE FUNCTION trust.persons_held(live trust.session, agent trust.agent, after uuid, most integer) RETURNS uuid[]
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    start     uuid := coalesce(after, '00000000-0000-0000-0000-000000000000');
    holder  uuid := trust.mandate_holder(live, agent);
    relations text[] := ARRAY (SELECT DISTINCT l.relation FROM trust.scopes_by_law(agent) AS l);
BEGIN
    RETURN ARRAY (
        SELECT held.person_id FROM (
            (SELECT DISTINCT c.person_id FROM trust.consent AS c
             WHERE c.organisation_id = agent.organisation_id AND c.person_id > start AND c.ended_at IS NULL AND c.valid_until > now()
                AND EXISTS (SELECT FROM trust.purpose_role AS p WHERE p.purpose = c.purpose AND p.role = agent.role)
             ORDER BY c.person_id LIMIT most)
            UNION
            (SELECT DISTINCT m.person_id FROM trust.mandate AS m
             WHERE m.holder_id = holder AND m.person_id > start AND m.ended_at IS NULL AND m.valid_until > now()
             ORDER BY m.person_id LIMIT most)
            UNION
            (SELECT DISTINCT f.person_id FROM trust.file AS f
             WHERE f.organisation_id = agent.organisation_id AND f.person_id > start AND f.relation = ANY (relations)
                AND current_date BETWEEN f.held_from AND f.held_to
             ORDER BY f.person_id LIMIT most)
        ) AS held
        ORDER BY held.person_id
        LIMIT most
    );
END
$$;

-- Every reason the actor has to look at these persons; `basis_id` as the door writes it.
CREATE FUNCTION trust.reasons_to_see(live trust.session, agent trust.agent, persons uuid[])
    RETURNS TABLE (person_id uuid, basis text, basis_id text, purpose text, scopes text[], valid_until timestamptz, question text)
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    usual  text := (
        SELECT p.purpose FROM trust.purpose_role AS r JOIN trust.purpose AS p USING (purpose)
        WHERE r.role = agent.role ORDER BY p.position LIMIT 1);
    holder uuid := trust.mandate_holder(live, agent);
BEGIN
    RETURN QUERY
    SELECT held.* FROM (
        SELECT c.person_id, 'consent', 'consent:' || c.consent_id, c.purpose, c.scopes, c.valid_until, coalesce(q.message, '')
        FROM trust.consent AS c
        LEFT JOIN trust.request AS q ON q.person_id = c.person_id AND q.request_id = c.request_id
        WHERE c.person_id = ANY (persons) AND c.organisation_id = agent.organisation_id
            AND c.ended_at IS NULL AND c.valid_until > now()
            AND EXISTS (SELECT FROM trust.purpose_role AS p WHERE p.purpose = c.purpose AND p.role = agent.role)
        UNION ALL
        SELECT m.person_id, 'mandate', 'mandate:' || m.mandate_id, 'mandate', trust.scopes_of_themes(m.themes), m.valid_until, ''
        FROM trust.mandate AS m
        WHERE m.person_id = ANY (persons) AND m.holder_id = holder AND m.ended_at IS NULL AND m.valid_until > now()
        UNION ALL
        SELECT f.person_id, 'law', string_agg(DISTINCT 'law:' || l.basis, ' '), usual, array_agg(DISTINCT l.scope),
            (nullif(max(f.held_to), 'infinity') + 1)::timestamptz, ''
        FROM trust.file AS f JOIN trust.scopes_by_law(agent) AS l USING (relation)
        WHERE f.person_id = ANY (persons) AND f.organisation_id = agent.organisation_id
            AND current_date BETWEEN f.held_from AND f.held_to
        GROUP BY f.person_id
    ) AS held (person_id, basis, basis_id, purpose, scopes, valid_until, question)
    ORDER BY held.person_id, held.basis DESC, held.valid_until DESC;
END
$$;

-- Whom the actor of a session may look at today, and why. Each name shown is a sight, and a line in that person's journal.
CREATE FUNCTION trust.roster(token text, act text, after uuid DEFAULT NULL, most integer DEFAULT 50)
    RETURNS TABLE (
        person_id uuid, name text, basis text, purpose text, scopes text[], valid_until timestamptz, question text
    )
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    AS $$
#variable_conflict use_column
DECLARE
    live  trust.session := trust.live_session(token);
    agent trust.agent := trust.agent_of(live);
    held  record;
    named uuid;
BEGIN
    PERFORM trust.close_sight();
    IF live.token_hash IS NULL OR (live.actor_kind = 'agent' AND agent.agent_id IS NULL) THEN
        RETURN;
    END IF;
    FOR held IN
        SELECT r.*, bool_or('identity' = ANY (r.scopes)) OVER (PARTITION BY r.person_id) AS known
        FROM trust.reasons_to_see(live, agent, trust.persons_held(live, agent, after, least(most, 200))) AS r
        -- What lets her name be shown comes first: it is what the journal gives as the reason.
        ORDER BY r.person_id, (r.basis = 'mandate' OR 'identity' = ANY (r.scopes)) DESC, r.basis DESC
    LOOP
        -- Whom she helps, a helper knows by name; a body only where it may see who she is.
        IF named IS DISTINCT FROM held.person_id THEN
            name := CASE WHEN held.basis = 'mandate' OR held.known THEN trust.name_of(held.person_id) ELSE '' END;
            named := held.person_id;
            IF name <> '' THEN
                PERFORM trust.write_line(trust.line_for(live, agent,
                    (held.person_id, 'read', '{identity}'::text[], held.purpose, act, FALSE)::trust.asking, held.basis_id));
            END IF;
        END IF;
        person_id := held.person_id;
        basis := held.basis;
        purpose := held.purpose;
        scopes := held.scopes;
        valid_until := held.valid_until;
        question := held.question;
        RETURN NEXT;
    END LOOP;
END
$$;
COMMENT ON FUNCTION trust.roster IS
    'A page of the persons one may look at, by id: those after that one. No name where identity is not among what may be seen.';

-- For which purposes the actor may open that person's dossier today, and what of it: what the door would say, without opening it.
CREATE FUNCTION trust.ways_to_see(token text, person uuid)
    RETURNS TABLE (purpose text, scopes text[], basis text, valid_until timestamptz)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    live  trust.session := trust.live_session(token);
    agent trust.agent := trust.agent_of(live);
BEGIN
    IF live.token_hash IS NULL OR (live.actor_kind = 'agent' AND agent.agent_id IS NULL) THEN
        RETURN;
    END IF;
    RETURN QUERY
    SELECT r.purpose, r.scopes, r.basis_id, r.valid_until
    FROM trust.reasons_to_see(live, agent, ARRAY[person]) AS r WHERE r.basis = 'mandate';
    RETURN QUERY
    -- A proof is shown by the person herself: checking it opens no row.
    SELECT p.purpose, array_agg(b.scope ORDER BY s.position), string_agg(DISTINCT b.basis, ' '), min(c.valid_until)
    FROM trust.purpose_role AS r JOIN trust.purpose AS p USING (purpose)
    CROSS JOIN LATERAL trust.bases_for(agent, (person, 'read', ARRAY (
        SELECT each.scope FROM trust.scope AS each
        WHERE trust.basis_of(agent.role, each.scope, 'read', trust.region_of(agent)) IS NOT NULL
    ), p.purpose, 'desk', FALSE)::trust.asking) AS b
    JOIN trust.scope AS s USING (scope)
    LEFT JOIN trust.consent AS c ON c.person_id = person AND b.basis = 'consent:' || c.consent_id
    WHERE r.role = agent.role AND b.basis IS NOT NULL AND p.purpose <> 'proof'
    GROUP BY p.purpose, p.position
    ORDER BY p.position;
END
$$;

-- Questions asked by the agent's own body: whether they were answered, and nothing of what was answered or by whom.
CREATE FUNCTION trust.questions(token text, most integer DEFAULT 50)
    RETURNS TABLE (request_id uuid, asked_at timestamptz, asked_by text, purpose text, scopes text[], days integer, answered boolean)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    agent trust.agent := trust.agent_of(trust.live_session(token));
BEGIN
    RETURN QUERY
    SELECT q.request_id, q.asked_at, a.name, q.purpose, q.scopes, q.days, q.answer IS NOT NULL
    FROM trust.request AS q JOIN trust.agent AS a USING (agent_id)
    WHERE q.organisation_id = agent.organisation_id
    ORDER BY q.asked_at DESC
    LIMIT most;
END
$$;

CREATE INDEX request_by_organisation ON trust.request (organisation_id, asked_at);

-- Corrections -------------------------------------------------------------------------------------

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
        AND current_date BETWEEN f.held_from AND f.held_to
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

-- Complaints --------------------------------------------------------------------------------------

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
        SELECT g.* INTO held FROM trust.grievance AS g WHERE g.grievance_id = grievance FOR UPDATE;
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

GRANT EXECUTE ON FUNCTION trust.roster, trust.ways_to_see, trust.questions, trust.who_corrects, trust.ask_correction,
    trust.reply_correction, trust.corrections, trust.open_correction, trust.answer_correction, trust.grievances,
    trust.open_grievance, trust.answer_grievance TO cspu_web;
