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
                AND kernel.today() BETWEEN f.held_from AND f.held_to
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
            AND kernel.today() BETWEEN f.held_from AND f.held_to
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
    -- A proof is shown by the person herself, a correction is answered: neither opens her file.
    SELECT p.purpose, array_agg(b.scope ORDER BY s.position), string_agg(DISTINCT b.basis, ' '), min(c.valid_until)
    FROM trust.purpose_role AS r JOIN trust.purpose AS p USING (purpose)
    CROSS JOIN LATERAL trust.bases_for(agent, (person, 'read', ARRAY (
        SELECT each.scope FROM trust.scope AS each
        WHERE trust.basis_of(agent.role, each.scope, 'read', trust.region_of(agent)) IS NOT NULL
    ), p.purpose, 'desk', FALSE)::trust.asking) AS b
    JOIN trust.scope AS s USING (scope)
    LEFT JOIN trust.consent AS c ON c.person_id = person AND b.basis = 'consent:' || c.consent_id
    WHERE r.role = agent.role AND b.basis IS NOT NULL AND p.purpose NOT IN ('proof', 'correction')
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

GRANT EXECUTE ON FUNCTION trust.roster, trust.ways_to_see, trust.questions TO cspu_web;
