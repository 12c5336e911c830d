-- What a person decides: whom she lets see, who may act for her; and what others may ask her.
--
-- Note [choices are made in sight]. Each function works on the person in sight, opened to act, so that the journal
-- already says who acts. A helper decides within her mandate: no scope that she does not see herself.
-- Ids come from the caller: the same act sent twice is done once.

CREATE TYPE trust.seer AS (person_id uuid, verb text, actor_kind text, actor_id uuid);

CREATE FUNCTION trust.sight() RETURNS trust.seer
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    parts text[] := string_to_array(kernel.sighted(), '|');
BEGIN
    RETURN (parts[1]::uuid, parts[2], parts[3], parts[4]::uuid)::trust.seer;
END
$$;

CREATE TYPE trust.choice_refusal AS ENUM (
    'not_in_sight',            -- no sight opened to act on this person's choices
    'organisation_unknown',    -- no such body, or none of its people may see by consent
    'purpose_unknown',         -- no such purpose
    'scope_not_yours_to_open', -- beyond the helper's own mandate
    'scope_not_for_them',      -- no role of that body may ever have such a view for that purpose
    'term_too_long',           -- less than a day or more than a year
    'theme_unknown',           -- no theme, or one that does not exist
    'code_unknown',            -- no such code, or it was used, or it is over
    'person_unknown',          -- nobody with that number and birth date
    'document_missing',        -- a mandate taken off line keeps its proof
    'too_many_today',          -- as many in 24 hours as one agent may end
    'another_must',            -- whoever ended it is not who allows a new one
    'already_ended',           -- nothing of that name is open
    'words_missing',           -- a correction, a complaint or an answer says something
    'line_unknown',            -- no such line in the journal
    'words_too_long'           -- nothing said, or more than two thousand characters
);

-- Whether the sight may decide about these scopes; null: it may.
CREATE FUNCTION trust.choice_refusal_for(asked text[], days integer) RETURNS trust.choice_refusal
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    RETURN CASE
        WHEN (trust.sight()).verb IS DISTINCT FROM 'act' OR NOT kernel.shows('trust') THEN 'not_in_sight'
        -- A scope that holds no row yet is not a helper's to open either: it would be once it holds some.
        WHEN EXISTS (
            SELECT FROM unnest(asked) AS a (scope) LEFT JOIN trust.kind AS k USING (scope)
            WHERE NOT kernel.shows(coalesce(k.kind, '*'))
        ) THEN 'scope_not_yours_to_open'
        WHEN days NOT BETWEEN 1 AND 366 THEN 'term_too_long'
    END;
END
$$;

CREATE FUNCTION trust.give_consent(
    consent uuid, organisation uuid, wanted_purpose text, wanted text[], days integer, from_request uuid DEFAULT NULL
) RETURNS trust.choice_refusal
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    seer  trust.seer := trust.sight();
    no    trust.choice_refusal := trust.choice_refusal_for(wanted, days);
BEGIN
    no := CASE
        WHEN no = 'not_in_sight' THEN no
        WHEN NOT EXISTS (SELECT FROM trust.agent AS a WHERE a.organisation_id = organisation AND a.active) THEN 'organisation_unknown'
        WHEN NOT EXISTS (
            SELECT FROM trust.agent AS a JOIN trust.purpose_role AS p USING (role)
            WHERE a.organisation_id = organisation AND a.active AND p.purpose = wanted_purpose
        ) THEN 'purpose_unknown'
        WHEN no IS NOT NULL THEN no
        WHEN coalesce(cardinality(wanted), 0) = 0 OR EXISTS (
            SELECT FROM unnest(wanted) AS w (scope) WHERE NOT EXISTS (
                SELECT FROM trust.agent AS a JOIN trust.purpose_role AS p USING (role)
                WHERE a.organisation_id = organisation AND a.active AND p.purpose = wanted_purpose
                    AND trust.basis_of(a.role, w.scope, 'read', trust.region_of(a)) = 'consent'
            )
        ) THEN 'scope_not_for_them'
        WHEN days > (SELECT max(t.days) FROM trust.purpose_term AS t WHERE t.purpose = wanted_purpose) THEN 'term_too_long'
    END;
    IF no IS NOT NULL THEN
        RETURN no;
    END IF;
    INSERT INTO trust.consent
    VALUES (seer.person_id, consent, organisation, wanted_purpose, wanted, now(), now() + days * interval '1 day',
        seer.actor_kind || ':' || seer.actor_id, from_request)
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION trust.give_consent IS 'Lets a body see some scopes for a purpose and a term. Null: done; else why not.';

CREATE FUNCTION trust.end_consent(consent uuid) RETURNS trust.choice_refusal
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    seer trust.seer := trust.sight();
    no   trust.choice_refusal := trust.choice_refusal_for(coalesce(
        (SELECT c.scopes FROM trust.consent AS c WHERE c.person_id = seer.person_id AND c.consent_id = consent), '{}'), 1);
BEGIN
    IF no IS NOT NULL THEN
        RETURN no;
    END IF;
    UPDATE trust.consent AS c SET ended_at = now(), ended_by = seer.actor_kind || ':' || seer.actor_id
    WHERE c.person_id = seer.person_id AND c.consent_id = consent AND c.ended_at IS NULL;
    RETURN CASE WHEN NOT FOUND THEN 'already_ended' END;
END
$$;

-- Questions ---------------------------------------------------------------------------------------

CREATE FUNCTION trust.make_code(code text, minutes integer) RETURNS trust.choice_refusal
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    no     trust.choice_refusal := trust.choice_refusal_for('{}', 1);
    person uuid := (trust.sight()).person_id;
    hashed bytea := sha256(convert_to(make_code.code, 'UTF8'));
BEGIN
    IF no IS NOT NULL THEN
        RETURN no;
    ELSIF minutes NOT BETWEEN 1 AND 60 THEN
        RETURN 'term_too_long';
    END IF;
    -- Made twice by the same form, it is made once; somebody else's is never handed out.
    INSERT INTO trust.code VALUES (hashed, person, now(), now() + minutes * interval '1 minute') ON CONFLICT DO NOTHING;
    IF NOT EXISTS (SELECT FROM trust.code AS c WHERE c.code_hash = hashed AND c.person_id = person AND c.used_at IS NULL) THEN
        RETURN 'code_unknown';
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION trust.make_code IS 'A code she reads out, good once and for some minutes: who has it may ask her something.';

-- Whether a code still leads to somebody; it is not used by asking.
CREATE FUNCTION trust.code_leads(code text) RETURNS boolean
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    RETURN EXISTS (
        SELECT FROM trust.code AS c
        WHERE c.code_hash = sha256(convert_to(code, 'UTF8')) AND c.used_at IS NULL AND c.valid_until > now()
    );
END
$$;

CREATE FUNCTION trust.use_code(code text) RETURNS uuid
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    whose uuid;
BEGIN
    UPDATE trust.code AS c SET used_at = now()
    WHERE c.code_hash = sha256(convert_to(code, 'UTF8')) AND c.used_at IS NULL AND c.valid_until > now()
    RETURNING c.person_id INTO whose;
    RETURN whose;
END
$$;

CREATE FUNCTION trust.ask(
    token text, code text, request uuid, wanted_purpose text, wanted text[], days integer, message text, act text,
    OUT refusal text
)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    live  trust.session := trust.live_session(token);
    agent trust.agent;
    asked trust.asking := (NULL, 'ask', wanted, wanted_purpose, act, FALSE);
BEGIN
    PERFORM trust.close_sight();
    SELECT a.* INTO agent FROM trust.agent AS a WHERE a.agent_id = live.actor_id AND a.active AND live.actor_kind = 'agent';
    IF agent.agent_id IS NULL THEN
        refusal := 'session_over';
        RETURN;
    END IF;
    refusal := coalesce(
        trust.refusal_before_basis(live, agent, asked)::text,
        (SELECT 'role_may_not' FROM trust.bases_for(agent, asked) AS b WHERE NOT b.role_may LIMIT 1),
        CASE WHEN days NOT BETWEEN 1 AND (SELECT coalesce(max(t.days), 0) FROM trust.purpose_term AS t WHERE t.purpose = wanted_purpose)
            THEN 'term_too_long' END
    );
    IF refusal IS NOT NULL THEN
        RETURN;
    END IF;
    asked.person := trust.use_code(code);
    IF asked.person IS NULL THEN
        refusal := 'code_unknown';
        RETURN;
    END IF;
    PERFORM trust.write_line(trust.line_for(live, agent, asked, 'code'));
    INSERT INTO trust.request (person_id, request_id, organisation_id, agent_id, purpose, scopes, days, message, asked_at)
    VALUES (asked.person, request, agent.organisation_id, agent.agent_id, wanted_purpose, wanted, days, message, now());
END
$$;
COMMENT ON FUNCTION trust.ask IS 'An agent''s question to the person whose code he was given. It shows him nothing of her.';

CREATE FUNCTION trust.answer_request(request uuid, granted boolean, for_days integer) RETURNS trust.choice_refusal
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    seer     trust.seer := trust.sight();
    question trust.request;
    no       trust.choice_refusal := trust.choice_refusal_for('{}', 1);
BEGIN
    IF no IS NOT NULL THEN
        RETURN no;
    END IF;
    SELECT r.* INTO question FROM trust.request AS r
    WHERE r.person_id = seer.person_id AND r.request_id = request AND r.answer IS NULL FOR UPDATE;
    IF NOT FOUND THEN
        RETURN 'already_ended';
    END IF;
    -- A helper answers within her mandate, whatever the answer.
    no := trust.choice_refusal_for(question.scopes, 1);
    IF no IS NULL AND granted THEN
        -- The consent has the question's id: answering twice gives it once.
        no := trust.give_consent(request, question.organisation_id, question.purpose, question.scopes,
            least(for_days, question.days), request);
    END IF;
    IF no IS NULL THEN
        UPDATE trust.request AS r SET answered_at = now(), answer = CASE WHEN granted THEN 'granted' ELSE 'refused' END
        WHERE r.person_id = seer.person_id AND r.request_id = request;
    END IF;
    RETURN no;
END
$$;

-- Mandates ----------------------------------------------------------------------------------------

CREATE FUNCTION trust.known_themes(wanted text[]) RETURNS boolean
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    RETURN coalesce(cardinality(wanted), 0) > 0 AND wanted <@ ARRAY (SELECT t.theme FROM trust.theme AS t);
END
$$;

-- On line: to a relative, known by a code of hers, or to a structure of habilitated helpers.
CREATE FUNCTION trust.give_mandate(
    mandate uuid, helper_code text, organisation uuid, wanted text[], days integer
) RETURNS trust.choice_refusal
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    seer   trust.seer := trust.sight();
    helper uuid;
    name   text;
BEGIN
    -- Only she hands out mandates on line: a helper has nobody help in her place.
    IF seer.verb IS DISTINCT FROM 'act' OR seer.actor_id <> seer.person_id THEN
        RETURN 'not_in_sight';
    ELSIF organisation IS NOT NULL AND NOT EXISTS (
        SELECT FROM trust.agent AS a WHERE a.organisation_id = organisation AND a.active AND a.role = 'habilitated_helper') THEN
        RETURN 'organisation_unknown';
    ELSIF days NOT BETWEEN 1 AND 366 THEN
        RETURN 'term_too_long';
    ELSIF NOT trust.known_themes(wanted) THEN
        RETURN 'theme_unknown';
    ELSIF EXISTS (SELECT FROM trust.mandate AS m WHERE m.person_id = seer.person_id AND m.mandate_id = mandate) THEN
        RETURN NULL; -- the same form, sent again: its code was used the first time
    END IF;
    IF organisation IS NULL THEN
        helper := trust.use_code(helper_code);
        IF helper IS NULL OR helper = seer.person_id THEN
            RETURN 'code_unknown';
        END IF;
        name := trust.name_of(helper);
    ELSE
        SELECT o.name INTO name FROM people.organisation AS o WHERE o.organisation_id = organisation;
    END IF;
    INSERT INTO trust.mandate
    VALUES (seer.person_id, mandate, CASE WHEN organisation IS NULL THEN 'person' ELSE 'organisation' END,
        coalesce(organisation, helper), name, wanted, now(), now() + days * interval '1 day', 'online', NULL,
        seer.actor_kind || ':' || seer.actor_id)
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END
$$;

-- At a counter or on paper: by a habilitated helper, for a person known by her number and birth date, with proof kept.
CREATE FUNCTION trust.record_mandate(
    token text, blinds bytea[], born date, mandate uuid, wanted text[], days integer, how text,
    document uuid, media_type text, content bytea, act text, OUT refusal text
)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    live   trust.session := trust.live_session(token);
    agent  trust.agent;
    person uuid;
    scopes text[] := ARRAY (SELECT DISTINCT t.scope FROM trust.theme_scope AS t WHERE t.theme = ANY (wanted));
    signed text;
BEGIN
    PERFORM trust.close_sight();
    SELECT a.* INTO agent FROM trust.agent AS a
    WHERE a.agent_id = live.actor_id AND a.active AND live.actor_kind = 'agent' AND a.role = 'habilitated_helper';
    refusal := CASE
        WHEN agent.agent_id IS NULL THEN 'session_over'
        WHEN live.second_factor_at IS NULL THEN 'second_factor_missing'
        WHEN NOT trust.is_strong(live) THEN 'stronger_login_needed'
        WHEN days NOT BETWEEN 1 AND 366 THEN 'term_too_long'
        WHEN NOT trust.known_themes(wanted) THEN 'theme_unknown'
        WHEN content IS NULL OR how NOT IN ('counter', 'paper') THEN 'document_missing'
    END;
    IF refusal IS NOT NULL THEN
        RETURN;
    END IF;
    SELECT i.person_id INTO person
    FROM people.nir_index AS n JOIN people.identity AS i ON i.person_id = n.person_id
    WHERE n.blind_index = ANY (blinds) AND i.birth_date = born;
    IF person IS NULL THEN
        refusal := 'person_unknown';
        RETURN;
    END IF;
    signed := 'agent:' || agent.agent_id;
    PERFORM trust.write_line(trust.line_for(live, agent, (person, 'mandate', scopes, 'mandate', act, FALSE)::trust.asking, how));
    INSERT INTO trust.document VALUES (person, document, media_type, sha256(content), content, now(), signed) ON CONFLICT DO NOTHING;
    INSERT INTO trust.mandate
    VALUES (person, mandate, 'organisation', agent.organisation_id,
        (SELECT o.name FROM people.organisation AS o WHERE o.organisation_id = agent.organisation_id),
        wanted, now(), now() + days * interval '1 day', how, document, signed)
    ON CONFLICT DO NOTHING;
END
$$;

CREATE FUNCTION trust.end_mandate(mandate uuid) RETURNS trust.choice_refusal
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    seer trust.seer := trust.sight();
    no   trust.choice_refusal := trust.choice_refusal_for('{}', 1);
BEGIN
    IF no IS NOT NULL THEN
        RETURN no;
    ELSIF EXISTS (
        -- She ends any mandate, a helper her own: one helper does not send another away.
        SELECT FROM trust.mandate AS m
        WHERE m.person_id = seer.person_id AND m.mandate_id = mandate AND seer.actor_id <> seer.person_id
            AND m.holder_id::text NOT IN (seer.actor_id::text, split_part(kernel.sighted(), '|', 5))
    ) THEN
        RETURN 'not_in_sight';
    END IF;
    UPDATE trust.mandate AS m SET ended_at = now(), ended_by = seer.actor_kind || ':' || seer.actor_id
    WHERE m.person_id = seer.person_id AND m.mandate_id = mandate AND m.ended_at IS NULL;
    RETURN CASE WHEN NOT FOUND THEN 'already_ended' END;
END
$$;

GRANT EXECUTE ON FUNCTION trust.give_consent, trust.end_consent, trust.make_code, trust.ask, trust.answer_request,
    trust.give_mandate, trust.record_mandate, trust.end_mandate TO cspu_web;
