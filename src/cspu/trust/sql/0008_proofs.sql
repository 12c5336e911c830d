-- Proofs of one right that a person handed out: what she showed, to whom, until when; and places in the lists that
-- tell a checker whether a proof was withdrawn. A place says nothing of anybody.

CREATE TABLE trust.proof_place (
    list_id      integer     NOT NULL,
    status_index integer     NOT NULL,
    expires_at   timestamptz NOT NULL,
    withdrawn_at timestamptz,
    CONSTRAINT proof_place_pkey PRIMARY KEY (list_id, status_index),
    CONSTRAINT proof_place_is_in_its_list CHECK (list_id > 0 AND status_index >= 0)
);
COMMENT ON TABLE trust.proof_place IS 'Places drawn at random in the published lists of withdrawn proofs';

CREATE TABLE trust.proof (
    person_id    uuid        NOT NULL,
    proof_id     uuid        NOT NULL,
    number       text        NOT NULL,
    list_id      integer     NOT NULL,
    status_index integer     NOT NULL,
    right_id     text        NOT NULL,
    disclosed    text[]      NOT NULL,
    shown_to     text        NOT NULL,
    shown        text        NOT NULL,
    issued_at    timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL,
    withdrawn_at timestamptz,
    CONSTRAINT proof_pkey PRIMARY KEY (person_id, proof_id),
    CONSTRAINT proof_shows_something CHECK (cardinality(disclosed) > 0),
    CONSTRAINT proof_says_for_whom CHECK (length(shown_to) BETWEEN 1 AND 200),
    CONSTRAINT proof_expires CHECK (issued_at < expires_at)
);
COMMENT ON COLUMN trust.proof.shown IS 'What she handed over, and no more: what she did not show is not kept';

CREATE TRIGGER proof_is_said_once BEFORE UPDATE OR DELETE ON trust.proof
    FOR EACH ROW EXECUTE FUNCTION trust.refuse_rewriting('{withdrawn_at}');

-- Keeps a proof the person in sight makes. False: its place in the list is taken, draw another.
-- The same one sent twice at once is kept once: the second waits for the first, and adds nothing.
CREATE FUNCTION trust.keep_proof(kept trust.proof) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    no trust.choice_refusal := trust.choice_refusal_for('{}', 1);
BEGIN
    IF no IS NOT NULL OR NOT kernel.shows('right:' || kept.right_id) THEN
        RAISE EXCEPTION 'a proof is made in sight of the right' USING ERRCODE = 'insufficient_privilege';
    END IF;
    INSERT INTO trust.proof_place VALUES (kept.list_id, kept.status_index, kept.expires_at) ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        RETURN FALSE;
    END IF;
    kept.person_id := (trust.sight()).person_id;
    kept.withdrawn_at := NULL;
    INSERT INTO trust.proof SELECT kept.* ON CONFLICT (person_id, proof_id) DO NOTHING;
    RETURN TRUE;
END
$$;

CREATE FUNCTION trust.withdraw_proof(proof uuid) RETURNS trust.choice_refusal
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    no   trust.choice_refusal := trust.choice_refusal_for('{}', 1);
    held trust.proof;
BEGIN
    IF no IS NOT NULL THEN
        RETURN no;
    END IF;
    UPDATE trust.proof AS p SET withdrawn_at = now()
    WHERE p.person_id = (trust.sight()).person_id AND p.proof_id = proof AND p.withdrawn_at IS NULL
        AND kernel.shows('right:' || p.right_id)
    RETURNING p.* INTO held;
    IF held.proof_id IS NULL THEN
        RETURN 'already_ended';
    END IF;
    UPDATE trust.proof_place AS p SET withdrawn_at = now()
    WHERE p.list_id = held.list_id AND p.status_index = held.status_index;
    RETURN NULL;
END
$$;

ALTER TABLE trust.proof ENABLE ROW LEVEL SECURITY;
CREATE POLICY command_works ON trust.proof TO cspu_batch USING (TRUE) WITH CHECK (TRUE);
CREATE POLICY request_in_sight ON trust.proof FOR SELECT TO cspu_web
    USING (person_id = kernel.in_sight() AND kernel.shows('trust') AND kernel.shows('right:' || right_id));

GRANT SELECT ON trust.proof, trust.proof_place TO cspu_batch, cspu_web;
GRANT EXECUTE ON FUNCTION trust.keep_proof, trust.withdraw_proof TO cspu_web;
