-- Posting: the one way into the ledger. Functions run as the owner; no role writes the tables itself.

-- The content of a transfer as bytes, independent of any session setting: what its hash covers.
CREATE FUNCTION ledger.content(
    person_id uuid, account_id uuid, rank integer, debit_account_id uuid, credit_account_id uuid, organisation_id uuid, unit text,
    amount bigint, protected bigint, kind text, reason text, right_id text, version date, counterparty text,
    period_start date, period_end date, due_on date, recorded_at timestamptz, batch_id uuid
) RETURNS bytea
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT uuid_send(person_id) || uuid_send(account_id) || int4send(rank) || uuid_send(debit_account_id)
        || uuid_send(credit_account_id) || uuid_send(organisation_id) || int8send(amount) || int8send(protected) || date_send(version)
        || date_send(period_start) || date_send(period_end) || date_send(due_on)
        || (timestamptz_send(recorded_at) || uuid_send(batch_id))
        || convert_to(unit || '|' || kind || '|' || reason || '|' || right_id || '|' || counterparty, 'UTF8')
$$;

-- The seal of a batch, from the one before it in its lane (of the first, the lane's own id), what the batch's
-- row says, and its transfers' hashes one after the other.
CREATE FUNCTION ledger.seal(previous bytea, number bigint, said ledger.batch, hashes bytea) RETURNS bytea
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT sha256(
        previous || int8send(number) || uuid_send(said.person_id)
        || uuid_send(said.batch_id) || timestamptz_send(said.recorded_at) || int4send(said.transfers)
        || sha256(coalesce(said.inputs_hash, '')) || sha256(convert_to(said.idempotency_key, 'UTF8'))
        || sha256(convert_to(said.posted_by, 'UTF8')) || sha256(hashes)
    )
$$;

-- Whose number is the same share a slot: what many persons are grouped by, since making an id of each costs more.
CREATE FUNCTION ledger.slot_number(person_id uuid) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT get_byte(uuid_send(person_id), 0) $$;

CREATE FUNCTION ledger.slot_of(person_id uuid) RETURNS uuid
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT (left(person_id::text, 2) || '000000-0000-0000-0000-000000000000')::uuid
$$;

-- The lane of a batch is the slot of its first person. All are there from the start.
INSERT INTO ledger.lane
SELECT lane_id, 0, uuid_send(lane_id)
FROM generate_series(0, 255) AS figure, ledger.slot_of((lpad(to_hex(figure), 2, '0') || repeat('0', 30))::uuid) AS lane_id;

-- An account is known by whose it is, of which right, and with whom it is held.
CREATE FUNCTION ledger.account_of(person_id uuid, right_id text, organisation_id uuid) RETURNS uuid
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT md5(person_id::text || '|' || right_id || '|' || organisation_id::text)::uuid
$$;

-- The employer, or the body paid, that a counterparty is; null: a public funder, a clearing account, a pool.
CREATE FUNCTION ledger.organisation_of(counterparty text) RETURNS uuid
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN split_part(counterparty, ':', 1) IN ('employer', 'payee') THEN split_part(counterparty, ':', 2)::uuid END
$$;

-- One look at the whole batch for what no constraint on one row can say.
CREATE FUNCTION ledger.refuse_unfit(moved ledger.proposal[]) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    first_person uuid := moved[1].person_id;
    last_person  uuid := moved[cardinality(moved)].person_id;
    broken       text := (
        SELECT CASE
                WHEN held.unit IS NULL THEN 'proposal_unit_is_known'
                WHEN p.person_id NOT BETWEEN first_person AND last_person
                    THEN 'proposals_are_sorted_by_person'
                ELSE 'proposal_account_is_computed'
            END
        FROM unnest(moved) AS p LEFT JOIN ledger.unit AS held USING (unit)
        WHERE held.unit IS NULL
            OR p.person_id NOT BETWEEN first_person AND last_person
            OR p.account_id IS DISTINCT FROM ledger.account_of(p.person_id, p.right_id, p.organisation_id)
        LIMIT 1
    );
BEGIN
    IF broken IS NOT NULL THEN
        RAISE EXCEPTION 'a proposed movement is unfit: %', broken USING ERRCODE = 'check_violation', CONSTRAINT = broken;
    END IF;
END $$;

-- What a proposal asks for as bytes: what a key is compared by when it comes again.
CREATE FUNCTION ledger.proposed(p ledger.proposal) RETURNS bytea
LANGUAGE sql STABLE PARALLEL SAFE
RETURN uuid_send(p.account_id) || uuid_send(p.counter_id) || int8send(p.amount) || int8send(p.protected)
    || date_send(p.version) || date_send(p.period_start) || date_send(p.period_end) || date_send(p.due_on)
    || convert_to(p.unit || '|' || p.kind || '|' || p.reason || '|' || p.counterparty, 'UTF8');

-- Posts proposals that come from outside: what the settlement computes itself needs no such check, and
-- takes a key that was never used.
CREATE FUNCTION ledger.post(
    idempotency_key text, proposals ledger.proposal[], recorded_at timestamptz
) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    few    CONSTANT integer := 100;
    inputs bytea;
BEGIN
    IF cardinality(proposals) = 1 THEN
        RETURN ledger.write_one(idempotency_key, proposals[1], recorded_at);
    END IF;
    IF coalesce(cardinality(proposals), 0) > 0 THEN
        PERFORM ledger.refuse_unfit(proposals);
    END IF;
    inputs := (SELECT sha256(string_agg(ledger.proposed(p), '')) FROM unnest(proposals) AS p);
    IF cardinality(proposals) <= few THEN
        RETURN ledger.write_few(idempotency_key, proposals, recorded_at, inputs);
    END IF;
    RETURN ledger.write(idempotency_key, proposals, recorded_at, inputs);
END $$;
COMMENT ON FUNCTION ledger.post IS
    'Posts a batch, sorted by person, atomically in the caller''s transaction. The same key and proposals again: posts nothing, returns 0. The same key for other proposals: refused.';

-- Writes transfers, in the order of their key. First made, then written, a statement each: what a statement wrote and
-- hands on would have to cross the machines that hold the persons.
CREATE FUNCTION ledger.append(transfers ledger.transfer[]) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO ledger.transfer SELECT * FROM unnest(transfers);
END $$;

-- Transfers as movements of the person's account: totals follow from what is written, so that nobody's history is read again.
CREATE FUNCTION ledger.movements(transfers ledger.transfer[])
RETURNS TABLE (
    person_id uuid, account_id uuid, right_id text, organisation_id uuid, unit text, counter_id uuid, counterparty text,
    credited bigint, debited bigint, protected bigint
)
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT t.person_id, t.account_id, t.right_id, t.organisation_id, t.unit,
        CASE t.account_id WHEN t.credit_account_id THEN t.debit_account_id ELSE t.credit_account_id END, t.counterparty,
        CASE t.account_id WHEN t.credit_account_id THEN t.amount ELSE 0 END,
        CASE t.account_id WHEN t.credit_account_id THEN 0 ELSE t.amount END,
        CASE t.account_id WHEN t.credit_account_id THEN t.protected ELSE -t.protected END
    FROM unnest(transfers) AS t
$$;

-- Note [a key names one posting]. Who posts with a key holds its lock to the end of the transaction, so
-- that the same key used twice at once is seen by the second, whoever its first person is.
CREATE FUNCTION ledger.was_posted(idempotency_key text, inputs bytea) RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    held bytea;
    -- Assigned, since PERFORM is a statement of its own, which costs more to start than to run.
    taken CONSTANT text := pg_advisory_xact_lock(hashtextextended(idempotency_key, 0));
BEGIN
    SELECT inputs_hash INTO held FROM ledger.batch WHERE batch_id = md5($1)::uuid;
    IF FOUND AND held IS DISTINCT FROM inputs THEN
        RAISE EXCEPTION 'this idempotency key was used for another posting' USING ERRCODE = 'unique_violation',
            CONSTRAINT = 'batch_key_names_one_posting';
    END IF;
    RETURN FOUND;
END $$;

-- Note [sealed last]. The lane is taken after accounts and slots, and the batch's row written then: who holds a
-- lane waits for nobody, unless its transaction posts again.
CREATE FUNCTION ledger.write(
    idempotency_key text, proposals ledger.proposal[], recorded_at timestamptz, inputs bytea DEFAULT NULL
) RETURNS integer
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    key     ALIAS FOR $1;
    moved   ALIAS FOR $2;
    at      ALIAS FOR $3;
    posting uuid := md5(key)::uuid;
BEGIN
    IF coalesce(cardinality(moved), 0) = 0 OR ledger.was_posted(key, inputs) THEN
        RETURN 0;
    END IF;
    RETURN ledger.close_batch(key, ledger.append_transfers(posting, moved, at), at, inputs);
END $$;

-- The same for a few: planned once a connection for any of them. Planned anew for each posting, it costs more to plan
-- than to run; a large one is worth plans of its own.
CREATE FUNCTION ledger.write_few(
    idempotency_key text, proposals ledger.proposal[], recorded_at timestamptz, inputs bytea
) RETURNS integer
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    RETURN ledger.write($1, $2, $3, $4);
END $$;

-- The same for one, a person's commonest act: what sets of rows are for, done a row at a time.
CREATE FUNCTION ledger.write_one(idempotency_key text, moved ledger.proposal, recorded_at timestamptz) RETURNS integer
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    at      ALIAS FOR $3;
    inputs  bytea := sha256(ledger.proposed(moved));
    slot    uuid := ledger.slot_of(moved.person_id);
    enters  boolean := moved.amount > 0;
    entered bigint := greatest(moved.amount, 0);
    left_it bigint := greatest(-moved.amount, 0);
    made    ledger.transfer;
    kept_in text;
BEGIN
    IF moved.account_id IS DISTINCT FROM ledger.account_of(moved.person_id, moved.right_id, moved.organisation_id) THEN
        PERFORM ledger.refuse_unfit(ARRAY[moved]);
    END IF;
    IF ledger.was_posted(idempotency_key, inputs) THEN
        RETURN 0;
    END IF;
    made := (
        moved.person_id, moved.account_id, NULL,
        CASE WHEN enters THEN moved.counter_id ELSE moved.account_id END,
        CASE WHEN enters THEN moved.account_id ELSE moved.counter_id END,
        moved.organisation_id, moved.unit, abs(moved.amount), CASE WHEN enters THEN moved.protected ELSE -moved.protected END,
        moved.kind, moved.reason, moved.right_id, moved.version, moved.counterparty, moved.period_start, moved.period_end, moved.due_on,
        at, md5(idempotency_key)::uuid, NULL
    )::ledger.transfer;
    UPDATE ledger.account AS held
        SET credits = held.credits + entered, debits = held.debits + left_it, protected = held.protected + moved.protected,
            length = held.length + 1
        WHERE held.person_id = moved.person_id AND held.account_id = moved.account_id AND held.unit = moved.unit
        RETURNING held.length INTO made.rank;
    IF NOT FOUND THEN
        -- New; or of a unit that nobody knows; or kept in another, and then of none, which the table refuses.
        PERFORM ledger.refuse_unfit(ARRAY[moved]);
        SELECT held.unit INTO kept_in FROM ledger.account AS held
        WHERE held.person_id = moved.person_id AND held.account_id = moved.account_id AND held.unit <> moved.unit;
        made.rank := 1;
        INSERT INTO ledger.account VALUES (
            moved.person_id, moved.account_id, moved.right_id, moved.organisation_id, CASE WHEN kept_in IS NULL THEN moved.unit END,
            entered, left_it, moved.protected, made.rank
        );
    END IF;
    made.hash := sha256(ledger.content(
        made.person_id, made.account_id, made.rank, made.debit_account_id, made.credit_account_id, made.organisation_id, made.unit,
        made.amount, made.protected, made.kind, made.reason, made.right_id, made.version, made.counterparty, made.period_start,
        made.period_end, made.due_on, made.recorded_at, made.batch_id
    ));
    INSERT INTO ledger.transfer SELECT made.*;
    UPDATE ledger.slot AS held
        SET debits = held.debits + entered, credits = held.credits + left_it,
            unit = CASE WHEN held.unit = moved.unit THEN held.unit END
        WHERE held.slot_id = slot AND held.account_id = moved.counter_id;
    IF NOT FOUND THEN
        INSERT INTO ledger.slot VALUES (slot, moved.counter_id, moved.unit, moved.counterparty, entered, left_it);
    END IF;
    RETURN ledger.seal_batch((
        moved.person_id, made.batch_id, idempotency_key, inputs, session_user, at, 1, slot, NULL, NULL
    )::ledger.batch, made.hash);
END $$;

-- Writes a batch, whoever made its transfers: totals, so that accounts are taken first as a single movement takes its own,
-- then the transfers in the order of their key, then the seal.
-- Returns how many they are. One plan for any batch: to plan anew is to copy the batch for each mention of it.
CREATE FUNCTION ledger.close_batch(
    idempotency_key text, transfers ledger.transfer[], recorded_at timestamptz, inputs bytea DEFAULT NULL
) RETURNS integer
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    first_person uuid := transfers[1].person_id;
BEGIN
    PERFORM ledger.add_totals(transfers);
    PERFORM ledger.append(transfers);
    RETURN ledger.seal_batch((
        first_person, md5(idempotency_key)::uuid, idempotency_key, inputs, session_user, recorded_at, cardinality(transfers),
        ledger.slot_of(first_person), NULL, NULL
    )::ledger.batch, (SELECT string_agg(hash, '') FROM unnest(transfers)));
END $$;

-- Appends the batch to its lane, in the order in which writers reach the lane's row. Returns how many transfers it seals.
CREATE FUNCTION ledger.seal_batch(said ledger.batch, hashes bytea) RETURNS integer
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE ledger.lane AS held
        SET batches = held.batches + 1, seal = ledger.seal(held.seal, held.batches + 1, said, hashes)
        WHERE held.lane_id = said.lane_id
        RETURNING held.batches, held.seal INTO said.number, said.seal;
    INSERT INTO ledger.batch SELECT said.*;
    RETURN said.transfers;
END $$;

CREATE FUNCTION ledger.append_transfers(posting uuid, moved ledger.proposal[], at timestamptz) RETURNS ledger.transfer[]
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    first_person uuid := moved[1].person_id;
    last_person  uuid := moved[cardinality(moved)].person_id;
    -- Where nobody has an account yet, a plan without the join.
    any_held     boolean := EXISTS (SELECT FROM ledger.account WHERE person_id BETWEEN first_person AND last_person);
BEGIN
    RETURN ARRAY(
        SELECT (
            person_id, account_id, rank, debit_account_id, credit_account_id, organisation_id, unit, moving,
            shielded, kind, reason, right_id, version, counterparty, period_start, period_end, due_on, at, posting,
            sha256(ledger.content(
                person_id, account_id, rank, debit_account_id, credit_account_id, organisation_id, unit, moving, shielded, kind,
                reason, right_id, version, counterparty, period_start, period_end, due_on, at, posting
            ))
        )::ledger.transfer
        FROM (
            SELECT p.*, abs(p.amount) AS moving,
                (coalesce(a.length, 0) + row_number() OVER (PARTITION BY p.person_id, p.account_id ORDER BY p.period_start, p.amount))::integer AS rank,
                -- With the wrong sign it comes out negative, which the table refuses.
                CASE WHEN p.amount > 0 THEN p.protected ELSE -p.protected END AS shielded,
                CASE WHEN p.amount > 0 THEN p.counter_id ELSE p.account_id END AS debit_account_id,
                CASE WHEN p.amount > 0 THEN p.account_id ELSE p.counter_id END AS credit_account_id
            FROM unnest(moved) AS p
            LEFT JOIN ledger.account AS a ON any_held
                AND a.person_id = p.person_id AND a.account_id = p.account_id AND a.person_id BETWEEN first_person AND last_person
            OFFSET 0
        ) AS following
        ORDER BY person_id, account_id, rank
    );
END $$;

-- Adds amounts up; unlike sum(), without going through numeric.
CREATE AGGREGATE ledger.total(bigint) (SFUNC = int8pl, STYPE = bigint, INITCOND = '0');

-- What movements add to each account. An account keeps its one unit: where several come in, the unit is null, which the
-- table refuses.
CREATE FUNCTION ledger.additions(transfers ledger.transfer[])
RETURNS TABLE (
    person_id uuid, account_id uuid, right_id text, organisation_id uuid, unit text,
    credits bigint, debits bigint, protected bigint, length bigint
)
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT m.person_id, m.account_id, any_value(m.right_id), any_value(m.organisation_id),
        CASE WHEN min(m.unit) = max(m.unit) THEN min(m.unit) END,
        ledger.total(m.credited), ledger.total(m.debited), ledger.total(m.protected), count(*)
    FROM ledger.movements(transfers) AS m
    GROUP BY m.person_id, m.account_id
$$;

-- Adds what transfers move to the accounts that are there: how many. Sorted, then each account found by its key, whatever their
-- number: they are taken in the order of their key (0004, Note [one order of accounts]). Taken first and then updated, a batch
-- of 10,000 costs a sixth more; this way, nothing.
CREATE FUNCTION ledger.add_to_held(transfers ledger.transfer[]) RETURNS integer
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off SET enable_bitmapscan = off SET enable_material = off AS $$
#variable_conflict use_column
DECLARE
    added integer;
BEGIN
    UPDATE ledger.account AS held
    SET credits = held.credits + new.credits, debits = held.debits + new.debits,
        protected = held.protected + new.protected, length = held.length + new.length,
        unit = CASE WHEN held.unit = new.unit THEN held.unit END
    FROM (SELECT * FROM ledger.additions(transfers) ORDER BY person_id, account_id) AS new
    WHERE held.person_id = new.person_id AND held.account_id = new.account_id;
    GET DIAGNOSTICS added = ROW_COUNT;
    RETURN added;
END $$;

-- The totals follow from what is written.
CREATE FUNCTION ledger.add_totals(transfers ledger.transfer[]) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    first_person uuid := transfers[1].person_id;
    last_person  uuid := transfers[cardinality(transfers)].person_id;
    added        integer;
BEGIN
    -- Update, then insert: an upsert would check the floor on the bare movement, before meeting the held row.
    -- Where nobody has an account yet, nothing is looked for.
    IF NOT EXISTS (SELECT FROM ledger.account WHERE person_id BETWEEN first_person AND last_person) THEN
        INSERT INTO ledger.account SELECT * FROM ledger.additions(transfers) ORDER BY person_id, account_id;
    ELSE
        added := ledger.add_to_held(transfers);
        -- Where as many accounts as transfers were there, none is new.
        IF added < cardinality(transfers) THEN
            INSERT INTO ledger.account
            SELECT new.* FROM ledger.additions(transfers) AS new
            LEFT JOIN ledger.account AS held ON held.person_id = new.person_id AND held.account_id = new.account_id
                AND held.person_id BETWEEN first_person AND last_person
            WHERE held.person_id IS NULL
            ORDER BY new.person_id, new.account_id;
        END IF;
    END IF;

    INSERT INTO ledger.slot AS held
    SELECT ledger.slot_of(any_value(person_id)) AS slot_id, counter_id, CASE WHEN min(unit) = max(unit) THEN min(unit) END,
        any_value(counterparty), ledger.total(credited), ledger.total(debited)
    FROM ledger.movements(transfers)
    GROUP BY ledger.slot_number(person_id), counter_id
    ORDER BY slot_id, counter_id
    ON CONFLICT (slot_id, account_id) DO UPDATE SET
        debits = held.debits + excluded.debits,
        credits = held.credits + excluded.credits,
        unit = CASE WHEN held.unit = excluded.unit THEN held.unit END;
END $$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA ledger FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger.post TO cspu_batch;
GRANT EXECUTE ON FUNCTION ledger.content, ledger.slot_number, ledger.slot_of, ledger.account_of, ledger.seal, ledger.organisation_of TO cspu_batch, cspu_web;
