-- Holds: value promised but not moved yet, and what moves it or lets it go.
--
-- Note [two phases]. A hold reserves a part of an account: what is held can be promised to nobody else. It ends once:
-- settled in whole or in part, by a transfer to the counter-account named when it was opened; released by whoever may;
-- or, past its term, expired. Its opening and its end are two rows that nothing rewrites; `held` in the account is their sum.
--
-- Note [undo is a hold]. Value on its way to somebody else is held for an undo window (`settles_at`): until then the
-- person takes it back by releasing it, and then it settles of itself, the next time anybody looks. Nothing posted is
-- ever undone. A hold that waits for a payee's word has no such moment (infinity) and a term (`expires_at`).
--
-- Note [what follows a hold]. Value on its way to another person's account is held with what is to follow: the same
-- amount, out of the same counter-account, into hers. Both are posted in the transaction that settles the hold, or neither. Nothing
-- in her rows says where it came from: the two postings bear different keys and reasons. An account that may
-- hold no more lets it go back instead: a hold never waits for ever on somebody else's limit.

-- Note [one order of accounts]. Whoever takes several accounts takes them in the order of their key: by person, then by account.
-- Whoever decides by what an account holds takes it first. Two acts at once then wait for each other one way only. What comes
-- after accounts comes in one order too: slots, then the lane.

CREATE TABLE ledger.hold (
    person_id    uuid NOT NULL,
    hold_id      uuid NOT NULL,
    account_id   uuid NOT NULL,
    right_id     text NOT NULL,
    unit         text NOT NULL,
    amount       bigint NOT NULL,
    protected    bigint NOT NULL,
    counter_id   uuid NOT NULL,
    counterparty text NOT NULL,
    kind         text NOT NULL,
    reason       text NOT NULL,
    version      date NOT NULL,
    opened_by    text NOT NULL,
    opened_at    timestamptz NOT NULL,
    settles_at   timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL,
    PRIMARY KEY (person_id, hold_id),
    CONSTRAINT hold_keeps_something CHECK (amount > 0),
    CONSTRAINT hold_protects_a_part CHECK (protected BETWEEN 0 AND amount),
    CONSTRAINT hold_ends_after_it_starts CHECK (settles_at >= opened_at AND expires_at > opened_at),
    CONSTRAINT hold_ends_by_itself CHECK (settles_at < 'infinity' OR expires_at < 'infinity')
);
COMMENT ON COLUMN ledger.hold.settles_at IS 'When it settles of itself, in whole: the end of the undo window. Infinity: when the payee says so.';
COMMENT ON COLUMN ledger.hold.expires_at IS 'When it is let go if nothing settled it. Infinity: it settles of itself before.';

CREATE TABLE ledger.hold_end (
    person_id uuid NOT NULL,
    hold_id   uuid NOT NULL,
    right_id  text NOT NULL,
    outcome   text NOT NULL,
    settled   bigint NOT NULL,
    ended_by  text NOT NULL,
    ended_at  timestamptz NOT NULL,
    PRIMARY KEY (person_id, hold_id),
    FOREIGN KEY (person_id, hold_id) REFERENCES ledger.hold,
    CONSTRAINT hold_end_outcome_known CHECK (outcome IN ('settled', 'released', 'expired')),
    CONSTRAINT hold_end_settles_something_or_nothing CHECK ((settled > 0) = (outcome = 'settled'))
);

CREATE TABLE ledger.follow (
    person_id       uuid NOT NULL,
    hold_id         uuid NOT NULL,
    receiver_id     uuid NOT NULL,
    right_id        text NOT NULL,
    organisation_id uuid NOT NULL,
    kind            text NOT NULL,
    reason          text NOT NULL,
    version         date NOT NULL,
    PRIMARY KEY (person_id, hold_id),
    FOREIGN KEY (person_id, hold_id) REFERENCES ledger.hold,
    CONSTRAINT follow_goes_to_somebody_else CHECK (receiver_id <> person_id)
);
COMMENT ON TABLE ledger.follow IS 'Whose account a hold credits when it settles, in which right: commands and functions alone read it.';

CREATE TRIGGER follow_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger.follow
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_rewriting();
CREATE TRIGGER hold_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger.hold
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_rewriting();
CREATE TRIGGER hold_end_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger.hold_end
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_rewriting();

-- What is protected and not promised to its own purpose. A correction may leave less protected than open holds took of it:
-- then nothing is, and never less than nothing.
CREATE FUNCTION ledger.shielded(a ledger.account) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT greatest(a.protected - a.held_protected, 0) $$;

-- What may still be promised without touching the protected share.
CREATE FUNCTION ledger.free(a ledger.account) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT a.credits - a.debits - a.held - ledger.shielded(a) + a.overdraft
$$;

-- What may still be promised for the right's own purpose, protected share included.
CREATE FUNCTION ledger.free_for_purpose(a ledger.account) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT a.credits - a.debits - a.held + a.overdraft $$;

-- The account, taken for this transaction. Whoever takes several takes them in order of person and account.
CREATE FUNCTION ledger.take(person uuid, account uuid) RETURNS ledger.account
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    taken ledger.account;
BEGIN
    SELECT a.* INTO taken FROM ledger.account AS a WHERE a.person_id = person AND a.account_id = account FOR UPDATE;
    RETURN taken;
END $$;

-- Opens a hold. False: that very hold is open or ended already. An account that does not hold enough refuses it.
CREATE FUNCTION ledger.reserve(wanted ledger.hold) RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    known ledger.hold;
BEGIN
    UPDATE ledger.account AS a SET held = a.held + wanted.amount, held_protected = a.held_protected + wanted.protected
    WHERE a.person_id = wanted.person_id AND a.account_id = wanted.account_id AND a.unit = wanted.unit
        AND a.right_id = wanted.right_id
        AND NOT EXISTS (SELECT FROM ledger.hold AS h WHERE h.person_id = wanted.person_id AND h.hold_id = wanted.hold_id);
    IF FOUND THEN
        INSERT INTO ledger.hold SELECT wanted.*;
        RETURN TRUE;
    END IF;
    SELECT h.* INTO known FROM ledger.hold AS h WHERE h.person_id = wanted.person_id AND h.hold_id = wanted.hold_id;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'nothing to hold in this account' USING ERRCODE = 'check_violation', CONSTRAINT = 'account_floor_never_breaks';
    ELSIF (known.account_id, known.amount, known.counter_id, known.kind, known.reason)
        IS DISTINCT FROM (wanted.account_id, wanted.amount, wanted.counter_id, wanted.kind, wanted.reason) THEN
        RAISE EXCEPTION 'this hold was opened for something else' USING ERRCODE = 'unique_violation', CONSTRAINT = 'hold_pkey';
    END IF;
    RETURN FALSE;
END $$;

-- The account that a hold credits when it settles, taken for this transaction after the hold's own where that comes
-- first in the order; null where nothing follows.
CREATE FUNCTION ledger.take_follower(held ledger.hold) RETURNS ledger.account
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    f ledger.follow;
BEGIN
    SELECT k.* INTO f FROM ledger.follow AS k WHERE k.person_id = held.person_id AND k.hold_id = held.hold_id;
    IF f.receiver_id > held.person_id THEN
        PERFORM ledger.take(held.person_id, held.account_id);
    END IF;
    RETURN ledger.take(f.receiver_id, ledger.account_of(f.receiver_id, f.right_id, f.organisation_id));
END $$;

-- Note [what follows a hold].
CREATE FUNCTION ledger.follow_through(ended ledger.hold, settling bigint, at timestamptz, for_day date) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    f ledger.follow;
BEGIN
    SELECT k.* INTO f FROM ledger.follow AS k WHERE k.person_id = ended.person_id AND k.hold_id = ended.hold_id;
    IF FOUND THEN
        PERFORM ledger.write('follow ' || md5(ended.person_id::text || ended.hold_id), ARRAY[(
            f.receiver_id, ledger.account_of(f.receiver_id, f.right_id, f.organisation_id), f.right_id, f.organisation_id, ended.unit,
            ended.counter_id, ended.counterparty, settling, 0, f.kind, f.reason, f.version, for_day, for_day, for_day
        )::ledger.proposal], at, sha256(uuid_send(ended.hold_id) || int8send(settling)));
    END IF;
END $$;

-- Ends a hold, once; what it settles is posted for the day given. Null: it is unknown, or had ended.
CREATE FUNCTION ledger.end_hold(
    person uuid, hold uuid, ending text, settling bigint, by_whom text, at timestamptz, for_day date
) RETURNS ledger.hold
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    ended    ledger.hold;
    shielded bigint;
    held     ledger.account;
BEGIN
    SELECT h.* INTO ended FROM ledger.hold AS h WHERE h.person_id = person AND h.hold_id = hold;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    PERFORM ledger.take_follower(ended);
    -- The account is taken before its end is looked for: two who end the same hold follow each other here.
    held := ledger.take(person, ended.account_id);
    IF EXISTS (SELECT FROM ledger.hold_end AS e WHERE e.person_id = person AND e.hold_id = hold) THEN
        RETURN NULL;
    END IF;
    INSERT INTO ledger.hold_end VALUES (person, hold, ended.right_id, ending, settling, by_whom, at);
    IF settling > ended.amount THEN
        RAISE EXCEPTION 'a hold settles no more than it holds' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'hold_settles_at_most_what_it_holds';
    END IF;
    UPDATE ledger.account AS a
    SET held = a.held - ended.amount, held_protected = a.held_protected - ended.protected
    WHERE a.person_id = person AND a.account_id = ended.account_id;
    IF settling > 0 THEN
        -- What is spent for its purpose leaves the protected share first, as far as a correction has left one.
        shielded := least(ended.protected, settling, held.protected);
        PERFORM ledger.write('hold ' || person || ' ' || hold, ARRAY[(
            person, ended.account_id, ended.right_id, held.organisation_id, ended.unit, ended.counter_id, ended.counterparty,
            -settling, -shielded, ended.kind, ended.reason, ended.version, for_day, for_day, for_day
        )::ledger.proposal], at, sha256(uuid_send(hold) || int8send(settling)));
        PERFORM ledger.follow_through(ended, settling, at, for_day);
    END IF;
    RETURN ended;
END $$;

-- The open holds of a person that a moment ends of itself, in the order in which they end.
CREATE FUNCTION ledger.holds_over(person uuid, at timestamptz) RETURNS SETOF ledger.hold
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN QUERY
    SELECT h.* FROM ledger.hold AS h
    WHERE h.person_id = person AND least(h.settles_at, h.expires_at) <= at
        AND NOT EXISTS (SELECT FROM ledger.hold_end AS e WHERE e.person_id = person AND e.hold_id = h.hold_id)
    ORDER BY least(h.settles_at, h.expires_at), h.hold_id;
END $$;

-- Takes all accounts of a person, and those that her holds which time has ended will credit (Note [one order of accounts]).
CREATE FUNCTION ledger.take_all(person uuid, at timestamptz) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM ledger.take(k.person_id, k.account_id) FROM (
        SELECT a.person_id, a.account_id FROM ledger.account AS a WHERE a.person_id = person
        UNION
        SELECT f.receiver_id, ledger.account_of(f.receiver_id, f.right_id, f.organisation_id)
        FROM ledger.holds_over(person, at) AS h JOIN ledger.follow AS f ON f.person_id = h.person_id AND f.hold_id = h.hold_id
        ORDER BY 1, 2
    ) AS k;
END $$;

-- Ends what time has ended: how many. Just in time for one person; a batch walks through the others.
CREATE FUNCTION ledger.end_holds_over(person uuid, at timestamptz, for_day date) RETURNS integer
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    due     ledger.hold;
    fed     ledger.account;
    settles boolean;
    ended   integer := 0;
BEGIN
    PERFORM ledger.take_all(person, at);
    FOR due IN SELECT * FROM ledger.holds_over(person, at) LOOP
        fed := ledger.take_follower(due);
        settles := due.settles_at <= at AND coalesce(fed.credits - fed.debits + due.amount <= fed.ceiling, TRUE);
        PERFORM ledger.end_hold(
            person, due.hold_id, CASE WHEN settles THEN 'settled' ELSE 'expired' END,
            CASE WHEN settles THEN due.amount ELSE 0 END, 'time', at, for_day
        );
        ended := ended + 1;
    END LOOP;
    RETURN ended;
END $$;

-- The next persons with an open hold that time has ended.
CREATE INDEX account_with_holds ON ledger.account (person_id) WHERE held > 0;
CREATE FUNCTION ledger.persons_with_holds_over(above uuid, at timestamptz, most integer) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN QUERY
    SELECT DISTINCT h.person_id
    FROM ledger.account AS a JOIN ledger.hold AS h ON h.person_id = a.person_id AND h.account_id = a.account_id
    WHERE a.held > 0 AND a.person_id > above AND least(h.settles_at, h.expires_at) <= at
        AND NOT EXISTS (SELECT FROM ledger.hold_end AS e WHERE e.person_id = h.person_id AND e.hold_id = h.hold_id)
    ORDER BY h.person_id
    LIMIT most;
END $$;

ALTER TABLE ledger.hold ENABLE ROW LEVEL SECURITY;
CREATE POLICY command_works ON ledger.hold TO cspu_batch USING (TRUE) WITH CHECK (TRUE);
CREATE POLICY request_in_sight ON ledger.hold FOR SELECT TO cspu_web
    USING (person_id = kernel.in_sight() AND kernel.shows('right:' || right_id));
ALTER TABLE ledger.follow ENABLE ROW LEVEL SECURITY;
CREATE POLICY command_works ON ledger.follow TO cspu_batch USING (TRUE) WITH CHECK (TRUE);
ALTER TABLE ledger.hold_end ENABLE ROW LEVEL SECURITY;
CREATE POLICY command_works ON ledger.hold_end TO cspu_batch USING (TRUE) WITH CHECK (TRUE);
CREATE POLICY request_in_sight ON ledger.hold_end FOR SELECT TO cspu_web
    USING (person_id = kernel.in_sight() AND kernel.shows('right:' || right_id));
GRANT SELECT ON ledger.hold, ledger.hold_end TO cspu_batch, cspu_web;
GRANT SELECT ON ledger.follow TO cspu_batch;

REVOKE ALL ON FUNCTION ledger.shielded, ledger.free, ledger.free_for_purpose, ledger.take, ledger.reserve, ledger.end_hold, ledger.holds_over,
    ledger.take_follower, ledger.take_all, ledger.follow_through, ledger.end_holds_over, ledger.persons_with_holds_over FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger.shielded, ledger.free, ledger.free_for_purpose TO cspu_batch, cspu_web;
GRANT EXECUTE ON FUNCTION ledger.persons_with_holds_over, ledger.end_holds_over TO cspu_batch;
