-- What every room stands on: the two roles, the shared functions, and nothing granted by default.

-- Note [roles belong to the cluster]
-- A role is seen by every database of a server, so two databases migrated at the same moment
-- may both find it missing. The loser of that race only has to carry on.
DO $$
DECLARE
    wanted text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY['cspu_batch', 'cspu_web'] LOOP
        IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = wanted) THEN
            BEGIN
                EXECUTE format('CREATE ROLE %I NOLOGIN', wanted);
            EXCEPTION WHEN duplicate_object OR unique_violation THEN
                NULL;
            END;
        END IF;
    END LOOP;
END
$$;


-- From here on, what the owner creates is closed until it is granted by name.
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;

CREATE SCHEMA kernel;
COMMENT ON SCHEMA kernel IS 'Functions shared by every room: no table, no personal data';
GRANT USAGE ON SCHEMA kernel TO cspu_batch, cspu_web;

-- Note [computed ids]
-- Twin of cspu.kernel.ids.computed_id. A null part gives a null id, which no key accepts: two
-- different things never share an id because one of their parts was missing. The forms of fixed
-- length are what bulk statements reach: they are inlined, the variadic one is not.
CREATE FUNCTION kernel.computed_id(VARIADIC parts text[]) RETURNS uuid
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE
        WHEN array_position(parts, NULL) IS NULL THEN md5(array_to_string(parts, '|'))::uuid
    END;

CREATE FUNCTION kernel.computed_id(a text, b text) RETURNS uuid
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN md5(a || '|' || b)::uuid;

CREATE FUNCTION kernel.computed_id(a text, b text, c text) RETURNS uuid
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN md5(a || '|' || b || '|' || c)::uuid;

CREATE FUNCTION kernel.computed_id(a text, b text, c text, d text) RETURNS uuid
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN md5(a || '|' || b || '|' || c || '|' || d)::uuid;

CREATE FUNCTION kernel.computed_id(a text, b text, c text, d text, e text) RETURNS uuid
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN md5(a || '|' || b || '|' || c || '|' || d || '|' || e)::uuid;

CREATE FUNCTION kernel.computed_id(a text, b text, c text, d text, e text, f text) RETURNS uuid
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN md5(a || '|' || b || '|' || c || '|' || d || '|' || e || '|' || f)::uuid;

-- One trigger function for every table that only grows. The error names the table so that the
-- refusal can be understood from the log alone.
CREATE FUNCTION kernel.refuse_rewriting() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    RAISE EXCEPTION '% on %.% is refused: this table only grows', TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege',
              HINT = 'Record a correction as a new row.';
END
$$;

-- The day of a moment where the law applies, whatever the time zone of the session.
CREATE FUNCTION kernel.day_of(moment timestamptz) RETURNS date
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (moment AT TIME ZONE 'Europe/Paris')::date;

-- What day it is where the law applies, whatever the time zone of the session: between midnight and two o'clock in Paris a
-- session in UTC still lives the day before. The one clock of the database for days.
CREATE FUNCTION kernel.today() RETURNS date
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN kernel.day_of(now());

GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA kernel TO cspu_batch, cspu_web;
