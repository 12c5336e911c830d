-- Posting: the one way into the ledger. Functions run as the owner; no role writes the tables itself.

-- The content of a transfer as bytes, independent of any session setting: what its hash covers, after the
-- hash before it. The rank is not in it: the chain itself says who comes after whom.
CREATE FUNCTION ledger.content(
    account_id uuid, debit_account_id uuid, credit_account_id uuid, unit text, amount bigint,
    protected bigint, kind text, reason text, right_id text, version date, counterparty text,
    period_start date, period_end date, due_on date, recorded_at timestamptz, batch_id uuid
) RETURNS bytea
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT uuid_send(account_id) || uuid_send(debit_account_id) || uuid_send(credit_account_id)
        || int8send(amount) || int8send(protected) || date_send(version) || date_send(period_start)
        || date_send(period_end) || date_send(due_on) || timestamptz_send(recorded_at) || uuid_send(batch_id)
        || textsend(unit || '|' || kind || '|' || reason || '|' || right_id || '|' || counterparty)
$$;

CREATE FUNCTION ledger.link(previous bytea, first bytea, content bytea) RETURNS bytea
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    RETURN sha256(coalesce(previous, first) || content);
END $$;

-- Folds contents into a chain that starts from `first`: over a window, the hash of every row.
CREATE AGGREGATE ledger.chain(first bytea, content bytea) (SFUNC = ledger.link, STYPE = bytea);

CREATE FUNCTION ledger.slot_of(person_id uuid) RETURNS uuid
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT (left(person_id::text, 2) || '000000-0000-0000-0000-000000000000')::uuid
$$;

-- An account is known by whose it is, of which right, and with whom it is held.
CREATE FUNCTION ledger.account_of(person_id uuid, right_id text, organisation_id uuid) RETURNS uuid
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT md5(person_id::text || '|' || right_id || '|' || organisation_id::text)::uuid
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

-- Posts proposals that come from outside: what the settlement computes itself needs no such check.
CREATE FUNCTION ledger.post(
    idempotency_key text, proposals ledger.proposal[], recorded_at timestamptz
) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF coalesce(cardinality(proposals), 0) > 0 THEN
        PERFORM ledger.refuse_unfit(proposals);
    END IF;
    RETURN ledger.write(idempotency_key, proposals, recorded_at);
END $$;
COMMENT ON FUNCTION ledger.post IS
    'Posts a batch, sorted by person, atomically in the caller''s transaction. The same key and proposals again: posts nothing, returns 0. The same key for other proposals: refused.';

-- Note [a key names one posting]. Who posts with a key holds its lock to the end of the transaction, so
-- that the same key used twice at once is seen by the second, whoever its first person is.
CREATE FUNCTION ledger.write(
    idempotency_key text, proposals ledger.proposal[], recorded_at timestamptz
) RETURNS integer
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    key    ALIAS FOR $1;
    moved  ALIAS FOR $2;
    at     ALIAS FOR $3;
    posting uuid := md5(key)::uuid;
    host   uuid := moved[1].person_id;
    inputs bytea;
    held   bytea;
BEGIN
    IF coalesce(cardinality(moved), 0) = 0 THEN
        RETURN 0;
    END IF;
    inputs := (
        SELECT sha256(string_agg(
            uuid_send(account_id) || uuid_send(counter_id) || int8send(amount) || int8send(protected)
            || date_send(version) || date_send(period_start) || date_send(period_end) || date_send(due_on)
            || textsend(unit || '|' || kind || '|' || reason || '|' || counterparty), ''
        )) FROM unnest(moved)
    );
    PERFORM pg_advisory_xact_lock(hashtextextended(key, 0));
    SELECT inputs_hash INTO held FROM ledger.batch WHERE batch_id = posting;
    IF FOUND AND held = inputs THEN
        RETURN 0;
    ELSIF FOUND THEN
        RAISE EXCEPTION 'this idempotency key was used for another posting' USING ERRCODE = 'unique_violation',
            CONSTRAINT = 'batch_key_names_one_posting';
    END IF;
    INSERT INTO ledger.batch VALUES (host, posting, key, inputs, session_user, at, cardinality(moved));
    PERFORM ledger.append_transfers(posting, moved, at);
    PERFORM ledger.add_totals(moved);
    RETURN cardinality(moved);
END $$;

CREATE FUNCTION ledger.append_transfers(posting uuid, moved ledger.proposal[], at timestamptz) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    first_person uuid := moved[1].person_id;
    last_person  uuid := moved[cardinality(moved)].person_id;
BEGIN
    INSERT INTO ledger.transfer
    WITH following AS (
        SELECT p.*, coalesce(a.length, 0) AS length,
            coalesce(last.hash, uuid_send(p.person_id) || uuid_send(p.account_id)) AS first,
            -- With the wrong sign it comes out negative, which the table refuses.
            CASE WHEN p.amount > 0 THEN p.protected ELSE -p.protected END AS shielded,
            CASE WHEN p.amount > 0 THEN p.counter_id ELSE p.account_id END AS debit_account_id,
            CASE WHEN p.amount > 0 THEN p.account_id ELSE p.counter_id END AS credit_account_id
        FROM unnest(moved) AS p
        LEFT JOIN ledger.account AS a
            ON a.person_id = p.person_id AND a.account_id = p.account_id AND a.person_id BETWEEN first_person AND last_person
        LEFT JOIN ledger.transfer AS last
            ON last.person_id = a.person_id AND last.account_id = a.account_id AND last.rank = a.length
                AND last.person_id BETWEEN first_person AND last_person
    )
    SELECT person_id, account_id, length + row_number() OVER account, debit_account_id, credit_account_id, unit, abs(amount),
        shielded, kind, reason, right_id, version, counterparty, period_start, period_end, due_on, at, posting,
        ledger.chain(first, ledger.content(
            account_id, debit_account_id, credit_account_id, unit, abs(amount), shielded, kind, reason,
            right_id, version, counterparty, period_start, period_end, due_on, at, posting
        )) OVER account
    FROM following
    WINDOW account AS (PARTITION BY person_id, account_id ORDER BY period_start, amount ROWS UNBOUNDED PRECEDING);
END $$;

CREATE FUNCTION ledger.add_totals(moved ledger.proposal[]) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    first_person uuid := moved[1].person_id;
    last_person  uuid := moved[cardinality(moved)].person_id;
BEGIN
    -- Update, then insert: an upsert would check the floor on the bare movement, before meeting the held row.
    -- An account keeps its one unit: where another comes in, the unit turns null, which the table refuses.
    UPDATE ledger.account AS held
    SET credits = held.credits + new.credits, debits = held.debits + new.debits,
        protected = held.protected + new.protected, length = held.length + new.length,
        unit = CASE WHEN held.unit = new.unit AND held.unit = new.other_unit THEN held.unit END
    FROM (
        SELECT person_id, account_id, sum(greatest(amount, 0)) AS credits, sum(greatest(-amount, 0)) AS debits,
            sum(protected) AS protected, count(*) AS length, min(unit) AS unit, max(unit) AS other_unit
        FROM unnest(moved) GROUP BY person_id, account_id
    ) AS new
    WHERE held.person_id = new.person_id AND held.account_id = new.account_id
        AND held.person_id BETWEEN first_person AND last_person;

    INSERT INTO ledger.account
    SELECT person_id, account_id, any_value(right_id), any_value(organisation_id),
        CASE WHEN min(unit) = max(unit) THEN min(unit) END, sum(greatest(amount, 0)), sum(greatest(-amount, 0)), sum(protected), count(*)
    FROM unnest(moved) AS new
    WHERE NOT EXISTS (
        SELECT FROM ledger.account AS held
        WHERE held.person_id = new.person_id AND held.account_id = new.account_id
            AND held.person_id BETWEEN first_person AND last_person
    )
    GROUP BY person_id, account_id
    ORDER BY person_id, account_id;

    INSERT INTO ledger.slot AS held
    SELECT ledger.slot_of(person_id), counter_id, CASE WHEN min(unit) = max(unit) THEN min(unit) END, any_value(counterparty),
        sum(greatest(amount, 0)), sum(greatest(-amount, 0))
    FROM unnest(moved)
    GROUP BY 1, 2
    ORDER BY 1, 2
    ON CONFLICT (slot_id, account_id) DO UPDATE SET
        debits = held.debits + excluded.debits,
        credits = held.credits + excluded.credits,
        unit = CASE WHEN held.unit = excluded.unit THEN held.unit END;
END $$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA ledger FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger.post TO cspu_batch;
GRANT EXECUTE ON FUNCTION ledger.content, ledger.slot_of, ledger.account_of, ledger.chain, ledger.link TO cspu_batch, cspu_web;
