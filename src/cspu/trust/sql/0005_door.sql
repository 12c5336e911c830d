-- The one door: checks why, writes the journal, opens the sight for the rest of the transaction.
--
-- Note [refused, not raised]. A refusal is returned, in the order of the enum below, and opens nothing: whoever
-- was in sight before no longer is. A person who does not exist, and one who agreed to nothing, give the same answer.

CREATE TYPE trust.refusal AS ENUM (
    'session_over',          -- no open session of that token
    'purpose_unknown',       -- no such purpose, or not one for this role or this verb
    'second_factor_missing', -- the role asks for a second factor, not shown yet
    'nothing_asked',         -- no scope, or one that does not exist
    'stronger_login_needed', -- an act that moves value asks for a stronger log-in
    'role_may_not',          -- the table of roles gives this role no such view, whatever the person says
    'no_basis'               -- it might, but there is no consent, mandate or file today
);

CREATE TYPE trust.asking AS (
    person  uuid,
    verb    text,
    scopes  text[],
    purpose text,
    act     text,
    strong  boolean
);
COMMENT ON TYPE trust.asking IS 'Whose data, to do what (read, act, answer), which scopes (* for all), why, through which act; strong: it moves value';

-- On what a mandate stands: null where there is none that covers all that is asked.
CREATE FUNCTION trust.mandate_for(live trust.session, asked trust.asking) RETURNS uuid
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    found uuid;
BEGIN
    SELECT m.mandate_id INTO found
    FROM trust.mandate AS m
    WHERE m.person_id = asked.person AND m.ended_at IS NULL AND m.valid_until > now()
        AND m.holder_id = CASE live.actor_kind
            WHEN 'person' THEN live.actor_id
            ELSE (SELECT a.organisation_id FROM trust.agent AS a
                WHERE a.agent_id = live.actor_id AND a.active AND a.role = 'habilitated_helper')
        END
        AND asked.scopes <@ ARRAY (SELECT t.scope FROM trust.theme_scope AS t WHERE t.theme = ANY (m.themes))
    ORDER BY m.valid_until DESC
    LIMIT 1;
    RETURN found;
END
$$;

-- For each scope asked, the basis on which this agent may have it today (null: none), whether the role may at all, and
-- whether of the rows that its organisation declared alone. A relation this function does not know gives nothing, and
-- so do the verbs that are no sight: one asks through trust.ask, and verifies a proof without opening anything.
CREATE FUNCTION trust.bases_for(agent trust.agent, asked trust.asking)
    RETURNS TABLE (scope text, role_may boolean, basis text, own_rows boolean)
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    RETURN QUERY
    SELECT wanted.scope, b.basis IS NOT NULL,
        CASE WHEN asked.verb = 'read' OR (asked.verb = 'answer' AND trust.owes_answer(agent, asked.person, wanted.scope)) THEN
            CASE b.relation
                WHEN 'consent' THEN 'consent:' || trust.consent_for(agent, asked, wanted.scope)
                WHEN 'own_rows' THEN CASE WHEN trust.holds_file(agent, asked.person, 'own_file') THEN 'law:' || b.basis END
                WHEN 'own_file' THEN CASE WHEN trust.holds_file(agent, asked.person, 'own_file') THEN 'law:' || b.basis END
                WHEN 'audit' THEN CASE WHEN trust.holds_file(agent, asked.person, 'audit') THEN 'law:' || b.basis END
                WHEN 'inquiry' THEN CASE WHEN trust.holds_file(agent, asked.person, 'inquiry') THEN 'law:' || b.basis END
            END
        END,
        coalesce(b.relation = 'own_rows', FALSE)
    FROM unnest(asked.scopes) AS wanted (scope)
    LEFT JOIN trust.legal_basis AS b ON b.basis = trust.basis_of(agent.role, wanted.scope, asked.verb, trust.region_of(agent));
END
$$;

-- Whether she asked that body to correct a fact of that scope, and it has the ball or waits for more from her.
CREATE FUNCTION trust.owes_answer(agent trust.agent, person uuid, wanted text) RETURNS boolean
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    RETURN EXISTS (
        SELECT FROM trust.correction AS c
        WHERE c.person_id = person AND c.organisation_id = agent.organisation_id AND c.scope = wanted
            AND (
                SELECT m.outcome FROM trust.correction_move AS m
                WHERE m.person_id = person AND m.correction_id = c.correction_id
                ORDER BY m.rank DESC
                LIMIT 1
            ) IN ('asked', 'more_needed')
    );
END
$$;

CREATE FUNCTION trust.region_of(agent trust.agent) RETURNS text
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    RETURN (SELECT o.region FROM people.organisation AS o WHERE o.organisation_id = agent.organisation_id);
END
$$;

CREATE FUNCTION trust.consent_for(agent trust.agent, asked trust.asking, wanted text) RETURNS uuid
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    RETURN (
        SELECT c.consent_id
        FROM trust.consent AS c
        WHERE c.person_id = asked.person AND c.organisation_id = agent.organisation_id AND c.purpose = asked.purpose
            AND wanted = ANY (c.scopes) AND c.ended_at IS NULL AND c.valid_until > now()
        ORDER BY c.valid_until DESC
        LIMIT 1
    );
END
$$;

CREATE FUNCTION trust.holds_file(agent trust.agent, person uuid, wanted text) RETURNS boolean
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    RETURN EXISTS (
        SELECT FROM trust.file AS f
        WHERE f.person_id = person AND f.organisation_id = agent.organisation_id AND f.relation = wanted
            AND kernel.today() BETWEEN f.held_from AND f.held_to
    );
END
$$;

CREATE FUNCTION trust.close_sight() RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    SET LOCAL cspu.sight = '';
    SET LOCAL cspu.kinds = '';
    SET LOCAL cspu.seal = '';
END
$$;

-- On what basis one who passed the first checks may see today, and which kinds of rows that opens; or why not.
CREATE FUNCTION trust.basis_today(
    live trust.session, agent trust.agent, asked trust.asking, OUT refusal trust.refusal, OUT basis text, OUT kinds text
)
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    mandate uuid;
    own     text[];
BEGIN
    IF live.actor_kind = 'person' AND live.actor_id = asked.person AND asked.verb IN ('read', 'act') THEN
        basis := 'herself';
        kinds := '*';
        RETURN;
    END IF;
    mandate := trust.mandate_for(live, asked);
    IF mandate IS NOT NULL AND asked.verb IN ('read', 'act') THEN
        basis := 'mandate:' || mandate;
        kinds := trust.kinds_of(asked.scopes, NULL, '|trust|course|');
    ELSIF live.actor_kind = 'person' THEN
        refusal := 'no_basis';
    ELSE
        SELECT CASE WHEN NOT bool_and(b.role_may) THEN 'role_may_not' WHEN bool_or(b.basis IS NULL) THEN 'no_basis' END,
            string_agg(DISTINCT b.basis, ' '), array_agg(b.scope) FILTER (WHERE b.own_rows)
        INTO refusal, basis, own FROM trust.bases_for(agent, asked) AS b;
        kinds := trust.kinds_of(asked.scopes, own, '|course|');
    END IF;
END
$$;

-- Note [revoked while waiting]. Two who open the same person's door follow each other, at the end of her journal. A
-- consent taken back by the first is over for the second, whatever it read before it waited: the basis is looked for
-- again once it is alone there. Only who had a basis waits, so that nobody without one can hold up a door.
CREATE FUNCTION trust.open(token text, asked trust.asking, OUT refusal trust.refusal, OUT rank integer, OUT basis text)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    live  trust.session := trust.live_session(token);
    agent trust.agent;
    kinds text;
BEGIN
    PERFORM trust.close_sight();
    IF live.actor_kind = 'agent' THEN
        SELECT a.* INTO agent FROM trust.agent AS a WHERE a.agent_id = live.actor_id AND a.active;
    END IF;
    IF live.token_hash IS NULL OR (live.actor_kind = 'agent' AND agent.agent_id IS NULL) THEN
        refusal := 'session_over';
        RETURN;
    END IF;
    refusal := trust.refusal_before_basis(live, agent, asked);
    IF refusal IS NULL THEN
        SELECT t.refusal, t.basis, t.kinds INTO refusal, basis, kinds FROM trust.basis_today(live, agent, asked) AS t;
    END IF;
    IF refusal IS NULL AND basis <> 'herself' THEN
        PERFORM trust.hold_journal(asked.person);
        SELECT t.refusal, t.basis, t.kinds INTO refusal, basis, kinds FROM trust.basis_today(live, agent, asked) AS t;
    END IF;
    IF refusal IS NOT NULL THEN
        basis := NULL;
        RETURN;
    END IF;
    rank := trust.write_line(trust.line_for(live, agent, asked, basis));
    PERFORM kernel.open_sight(concat_ws('|', asked.person, asked.verb, live.actor_kind, live.actor_id, coalesce(agent.organisation_id::text, '')), kinds);
END
$$;
COMMENT ON FUNCTION trust.open IS
    'Opens the sight of one person for the rest of the transaction, or says why not. One line of her journal for each opening.';

CREATE FUNCTION trust.refusal_before_basis(live trust.session, agent trust.agent, asked trust.asking) RETURNS trust.refusal
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    herself boolean := live.actor_kind = 'person' AND live.actor_id = asked.person;
    acting  text := CASE live.actor_kind WHEN 'agent' THEN agent.role ELSE 'mandated_relative' END;
    factor  boolean := (SELECT r.second_factor FROM trust.role AS r WHERE r.role = acting);
BEGIN
    RETURN CASE
        WHEN CASE WHEN herself THEN asked.purpose <> 'own_account' ELSE NOT EXISTS (
            SELECT FROM trust.purpose_role AS p WHERE p.purpose = asked.purpose AND p.role = acting) END THEN 'purpose_unknown'
        -- A correction is answered, a proof is checked on what she shows: neither is a reason to read her file.
        WHEN asked.verb = 'read' AND asked.purpose IN ('correction', 'proof') THEN 'purpose_unknown'
        WHEN asked.verb = 'answer' AND asked.purpose <> 'correction' THEN 'purpose_unknown'
        WHEN live.actor_kind = 'agent' AND factor AND live.second_factor_at IS NULL THEN 'second_factor_missing'
        WHEN coalesce(cardinality(asked.scopes), 0) = 0
            OR (asked.scopes <> '{*}' AND NOT asked.scopes <@ ARRAY (SELECT s.scope FROM trust.scope AS s)) THEN 'nothing_asked'
        -- A relative sees another's data: her second factor is the stronger log-in, once a session.
        WHEN live.actor_kind = 'person' AND NOT herself AND factor AND live.strong_until IS NULL THEN 'stronger_login_needed'
        WHEN asked.strong AND NOT trust.is_strong(live) THEN 'stronger_login_needed'
    END;
END
$$;

-- The kinds of rows those scopes open, and the scopes themselves; of some scopes, only the rows of one's own.
CREATE FUNCTION trust.kinds_of(scopes text[], own text[], more text) RETURNS text
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    RETURN coalesce('|' || (
        SELECT string_agg(
            CASE WHEN k.scope = ANY (own) AND k.kind NOT IN ('identity', 'birth_date') THEN 'own:' ELSE '' END || k.kind, '|' ORDER BY k.kind)
        FROM trust.kind AS k WHERE k.scope = ANY (scopes)
    ), '') || more || array_to_string(scopes, '|') || '|';
END
$$;

CREATE FUNCTION trust.line_for(live trust.session, agent trust.agent, asked trust.asking, basis text) RETURNS trust.access
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    line trust.access;
BEGIN
    line.person_id := asked.person;
    line.seen_at := clock_timestamp();
    line.actor_kind := live.actor_kind;
    line.actor_id := live.actor_id;
    line.verb := asked.verb;
    line.scopes := asked.scopes;
    line.purpose := asked.purpose;
    line.act := asked.act;
    line.basis := basis;
    line.organisation_id := coalesce(agent.organisation_id, '00000000-0000-0000-0000-000000000000');
    line.organisation := coalesce((SELECT o.name FROM people.organisation AS o WHERE o.organisation_id = agent.organisation_id), '');
    line.role := coalesce(agent.role, CASE WHEN live.actor_id = asked.person THEN 'person' ELSE 'mandated_relative' END);
    line.actor_name := coalesce(agent.name, CASE WHEN live.actor_id <> asked.person THEN trust.name_of(live.actor_id) END, '');
    line.masked_until := (
        SELECT now() + p.masked_days * interval '1 day' FROM trust.purpose AS p WHERE p.purpose = asked.purpose
    );
    RETURN line;
END
$$;

CREATE FUNCTION trust.name_of(person uuid) RETURNS text
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    RETURN (
        SELECT split_part(replace(i.given_names, ',', ' '), ' ', 1) || ' ' || coalesce(nullif(i.usual_name, ''), i.birth_name)
        FROM people.identity AS i WHERE i.person_id = person
    );
END
$$;

-- Who the person in sight is, where identity was opened.
CREATE FUNCTION trust.identity_in_sight()
    RETURNS TABLE (birth_name text, usual_name text, given_names text, sex text, birth_date date)
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    RETURN QUERY SELECT * FROM people.identity_of(kernel.in_sight());
END
$$;

GRANT EXECUTE ON FUNCTION trust.open, trust.identity_in_sight TO cspu_web;
