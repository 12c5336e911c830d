-- Sight: how a policy knows whose rows a request may see; then the policies of this room.

-- Log-in has a role of its own (trust, Note [log-in is another role's]); Note [roles belong to the cluster].
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'cspu_login') THEN
        CREATE ROLE cspu_login NOLOGIN;
    END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
    NULL;
END
$$;
GRANT USAGE ON SCHEMA kernel TO cspu_login;

-- Note [sight]
-- What a request may see is written in two settings of its transaction: cspu.sight (whose rows, to do
-- what, by whom) and cspu.kinds (which kinds of rows). Anybody can write a setting, so a third one,
-- cspu.seal, proves the two: a keyed hash over them and over the transaction, which only functions of the
-- owner can compute. In another transaction, or with one letter changed, it opens nothing. The door
-- (schema trust) writes all three once it has checked why; policies only ask `kernel.in_sight()`.
--
-- The key is a large object that its owner alone can read, and not a row: a policy may read no table,
-- so that it holds on every shard of a distributed database.
DO $$
BEGIN
    PERFORM lo_from_bytea(1129533525, uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()));
END
$$;

CREATE FUNCTION kernel.seal(sight text, kinds text) RETURNS text
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    key     bytea := lo_get(1129533525);
    -- Null before the transaction has written anything: then there is no journal line, and no sight.
    content text := octet_length(sight) || '|' || sight || '|' || kinds || '|' || pg_current_xact_id_if_assigned();
BEGIN
    RETURN encode(sha256(key || sha256(key || convert_to(content, 'UTF8'))), 'hex');
END
$$;
COMMENT ON FUNCTION kernel.seal IS 'Proof that the owner''s functions gave this sight in this transaction. Never granted to a role.';

CREATE FUNCTION kernel.sighted() RETURNS text
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    sight text := nullif(current_setting('cspu.sight', true), '');
BEGIN
    IF sight IS NOT NULL
        AND current_setting('cspu.seal', true) = kernel.seal(sight, current_setting('cspu.kinds', true)) THEN
        RETURN sight;
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION kernel.sighted IS 'The sight of this transaction, if it is sealed: person|verb|actor kind|actor id|organisation. Null otherwise.';

CREATE FUNCTION kernel.in_sight() RETURNS uuid
    LANGUAGE plpgsql STABLE COST 10000
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    RETURN split_part(kernel.sighted(), '|', 1)::uuid;
END
$$;
COMMENT ON FUNCTION kernel.in_sight IS
    'The person whose rows this transaction may see; null: nobody''s. Dear, so that plans ask it once, as the condition of an index.';

CREATE FUNCTION kernel.shows(kind text) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN current_setting('cspu.kinds', true) = '*' OR strpos(current_setting('cspu.kinds', true), '|' || kind || '|') > 0;
COMMENT ON FUNCTION kernel.shows(text) IS 'Whether rows of that kind are in sight. Worth nothing without in_sight(), which proves the setting.';

CREATE FUNCTION kernel.shows(kind text, declared_by uuid) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN kernel.shows(kind)
        OR (kernel.shows('own:' || kind) AND declared_by::text = split_part(current_setting('cspu.sight', true), '|', 5));
COMMENT ON FUNCTION kernel.shows(text, uuid) IS 'The same, for rows that name who declared them: a body may be shown its own alone.';

CREATE FUNCTION kernel.shows(scopes text[]) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN current_setting('cspu.kinds', true) = '*' OR scopes <@ string_to_array(current_setting('cspu.kinds', true), '|');
COMMENT ON FUNCTION kernel.shows(text[]) IS 'Whether all those scopes were opened: for what is said about several at once.';

CREATE FUNCTION kernel.seen_by(somebody uuid) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN somebody::text IN (
        split_part(current_setting('cspu.sight', true), '|', 4), split_part(current_setting('cspu.sight', true), '|', 5)
    );
COMMENT ON FUNCTION kernel.seen_by IS 'Whether the sight is that actor''s, or of that actor''s organisation. Worth nothing without in_sight().';

-- Opens the sight for the rest of the transaction. SET LOCAL and not set_config, which would not reach the shards.
CREATE FUNCTION kernel.open_sight(sight text, kinds text) RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    EXECUTE format('SET LOCAL cspu.sight = %L', sight);
    EXECUTE format('SET LOCAL cspu.kinds = %L', kinds);
    EXECUTE format('SET LOCAL cspu.seal = %L', kernel.seal(sight, kinds));
END
$$;
COMMENT ON FUNCTION kernel.open_sight IS 'For the door alone, once it has checked a legal basis and written the journal. Never granted to a role.';

GRANT EXECUTE ON FUNCTION kernel.sighted(), kernel.in_sight(), kernel.shows(text), kernel.shows(text, uuid), kernel.shows(text[]), kernel.seen_by(uuid) TO cspu_batch, cspu_web;

CREATE INDEX identity_by_birth_date ON people.identity (birth_date);

-- The one way to a name, never to a number: a named command's for anybody, a request's for the person in sight,
-- where identity was opened.
CREATE FUNCTION people.identity_of(p_person_id uuid)
    RETURNS TABLE (birth_name text, usual_name text, given_names text, sex text, birth_date date)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    RETURN QUERY
        SELECT i.birth_name, i.usual_name, i.given_names, i.sex, i.birth_date
        FROM people.identity AS i
        WHERE i.person_id = p_person_id
            AND (pg_has_role(session_user, 'cspu_batch', 'MEMBER') OR (p_person_id = kernel.in_sight() AND kernel.shows('identity')));
END
$$;
GRANT EXECUTE ON FUNCTION people.identity_of(uuid) TO cspu_batch, cspu_web;

-- Who sees rows about persons, by row-level security: named commands all of them, requests none.

ALTER TABLE people.person ENABLE ROW LEVEL SECURITY;
CREATE POLICY command_works ON people.person TO cspu_batch USING (TRUE) WITH CHECK (TRUE);

ALTER TABLE people.identity ENABLE ROW LEVEL SECURITY;
CREATE POLICY command_works ON people.identity TO cspu_batch USING (TRUE) WITH CHECK (TRUE);

ALTER TABLE people.nir_index ENABLE ROW LEVEL SECURITY;
CREATE POLICY command_works ON people.nir_index TO cspu_batch USING (TRUE) WITH CHECK (TRUE);

ALTER TABLE people.ntt_index ENABLE ROW LEVEL SECURITY;
CREATE POLICY command_works ON people.ntt_index TO cspu_batch USING (TRUE) WITH CHECK (TRUE);

ALTER TABLE people.merge_log ENABLE ROW LEVEL SECURITY;
CREATE POLICY command_works ON people.merge_log TO cspu_batch USING (TRUE) WITH CHECK (TRUE);
