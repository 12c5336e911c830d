-- Doubts of log-in, settled by a human: linked to a person, or refused. Written down with a name and a reason.
--
-- Note [a doubt is settled in her sight]. Linking opens an account to whoever holds that log-in: the person whose account
-- it is reads it in her journal, with the name of who decided and on what papers. It is done once, for a
-- log-in that came and was doubted, never for one who already comes by another log-in of that provider.

CREATE FUNCTION trust.settle_doubt(login bytea, person uuid, by_whom text, why text, act text, OUT refusal text)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    held trust.doubt;
    line trust.access;
BEGIN
    SELECT d.* INTO held FROM trust.doubt AS d WHERE d.login_hash = login FOR UPDATE;
    refusal := CASE
        WHEN held.login_hash IS NULL OR held.settled_at IS NOT NULL THEN 'already_ended'
        WHEN btrim(coalesce(by_whom, '')) = '' OR btrim(coalesce(why, '')) = '' THEN 'words_missing'
        WHEN person IS NOT NULL AND held.reason NOT IN ('nobody', 'several') THEN 'not_a_person'
        WHEN person IS NOT NULL AND NOT EXISTS (
            SELECT FROM people.person AS p WHERE p.person_id = person AND p.merged_into IS NULL) THEN 'person_unknown'
    END;
    IF refusal IS NULL AND person IS NOT NULL AND NOT trust.link_person(login, held.provider, person) THEN
        refusal := 'already_linked';
    END IF;
    IF refusal IS NOT NULL THEN
        RETURN;
    END IF;
    UPDATE trust.doubt AS d SET settled_at = now(), settled_by = by_whom, words = why,
        outcome = CASE WHEN person IS NULL THEN 'refused' ELSE 'linked' END
    WHERE d.login_hash = login;
    IF person IS NOT NULL THEN
        line := (person, NULL, clock_timestamp(), 'command', gen_random_uuid(), by_whom, '00000000-0000-0000-0000-000000000000', '',
            'operator', 'act', '{identity}', 'command', act, 'command', NULL, NULL);
        PERFORM trust.write_line(line);
    END IF;
END
$$;
COMMENT ON FUNCTION trust.settle_doubt IS 'A human''s decision on a doubted log-in; no person: refused. Null: done; else why not.';

-- Somebody who came before her body had registered her; never a log-in that is a person's.
CREATE FUNCTION trust.link_doubted_agent(login bytea, agent uuid, at timestamptz) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    held trust.doubt;
BEGIN
    SELECT d.* INTO held FROM trust.doubt AS d
    WHERE d.login_hash = login AND d.settled_at IS NULL AND d.reason = 'unknown_agent' FOR UPDATE;
    IF held.login_hash IS NULL OR NOT trust.link_agent(login, held.provider, agent, at) THEN
        RETURN FALSE;
    END IF;
    UPDATE trust.doubt AS d SET settled_at = at, outcome = 'linked', words = 'agent registered',
        settled_by = (SELECT a.name FROM trust.agent AS a WHERE a.agent_id = agent)
    WHERE d.login_hash = login;
    RETURN TRUE;
END
$$;

GRANT EXECUTE ON FUNCTION trust.settle_doubt, trust.link_doubted_agent TO cspu_batch;
