-- "This is not right": what the person in sight says of a line of her journal, for the data-protection officer.

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

GRANT EXECUTE ON FUNCTION trust.raise_grievance TO cspu_web;
