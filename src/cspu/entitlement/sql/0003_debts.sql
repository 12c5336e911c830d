-- Debts: what settlement finds was posted too much, beyond what can be taken back above the floor.
--
-- Note [never below the floor]. A correction is posted whole, so that what is posted is what facts and law say. What an
-- account cannot give without breaking its floor, the funder advances to it in the same posting: the two net to what could be
-- taken back, the floor holds, and the advance is the debt. What is still owed is advances minus recoveries, read from the
-- ledger itself; a debt's row says the cause.
--
-- Note [given again, owed no more]. When the same period's right comes back (a fact arrives late, a law is changed again),
-- what it gives pays the debt of that period first, in the same posting.
--
-- Note [protected, and spent]. What is protected may have been spent on its own purpose before a correction takes it back: the
-- account then protects less than the correction unprotects. What is lacking is protected again in the same posting, by the advance
-- where there is one, else by a sum that comes and goes: an account never protects less than nothing, and a debt that an
-- advance of protected value made is paid by protected value given again.

CREATE TABLE entitlement.debt (
    person_id    uuid NOT NULL,
    debt_id      uuid NOT NULL,
    right_id     text NOT NULL,
    account_id   uuid NOT NULL,
    unit         text NOT NULL,
    counter_id   uuid NOT NULL,
    counterparty text NOT NULL,
    amount       bigint NOT NULL,
    taken_back   bigint NOT NULL,
    reason       text NOT NULL,
    version      date NOT NULL,
    period_start date NOT NULL,
    period_end   date NOT NULL,
    owed_from    date NOT NULL,
    found_at     timestamptz NOT NULL,
    PRIMARY KEY (person_id, debt_id),
    CONSTRAINT debt_owes_something CHECK (amount > 0 AND taken_back >= 0)
);
COMMENT ON TABLE entitlement.debt IS
    'What a person owes after a correction: cause, period, what was taken back at once. What is left of it is read from the ledger (advance minus recovery and waiver under its name).';

CREATE TABLE entitlement.debt_move (
    person_id uuid NOT NULL,
    debt_id   uuid NOT NULL,
    rank      integer NOT NULL,
    right_id  text NOT NULL,
    kind      text NOT NULL,
    words     text NOT NULL,
    made_by   text NOT NULL,
    made_at   timestamptz NOT NULL,
    PRIMARY KEY (person_id, debt_id, rank),
    FOREIGN KEY (person_id, debt_id) REFERENCES entitlement.debt,
    CONSTRAINT debt_move_kind_known CHECK (kind IN ('contested', 'upheld', 'forgiven')),
    CONSTRAINT debt_move_says_something CHECK (length(btrim(words)) BETWEEN 1 AND 2000)
);
COMMENT ON TABLE entitlement.debt_move IS 'What was said of a debt: contested by her, upheld or forgiven by the funder; only grows. While contested, nothing is recovered.';

CREATE TRIGGER debt_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON entitlement.debt
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_rewriting();
CREATE TRIGGER debt_move_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON entitlement.debt_move
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_rewriting();

-- What is still owed of a debt, from the ledger.
CREATE FUNCTION entitlement.still_owed(d entitlement.debt) RETURNS bigint
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN (
        SELECT coalesce(sum(CASE t.kind WHEN 'advance' THEN t.amount ELSE -t.amount END), 0)
        FROM ledger.transfer AS t
        WHERE t.person_id = d.person_id AND t.account_id = d.account_id AND t.reason = 'debt ' || d.debt_id
            AND t.kind IN ('advance', 'recovery', 'waiver')
    );
END $$;

-- What of it was advanced as protected, and is still owed.
CREATE FUNCTION entitlement.owed_protected(d entitlement.debt) RETURNS bigint
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    -- least() passes over what is null: what was never advanced is protected for nothing.
    RETURN least(entitlement.still_owed(d), (
        SELECT coalesce(sum(CASE t.kind WHEN 'advance' THEN t.protected ELSE -t.protected END), 0)
        FROM ledger.transfer AS t
        WHERE t.person_id = d.person_id AND t.account_id = d.account_id AND t.reason = 'debt ' || d.debt_id
            AND t.kind IN ('advance', 'recovery', 'waiver')
    ));
END $$;

-- Adds to what settlement posts what keeps every floor, and what pays debts whose right came back. Whoever has no debt and
-- whose corrections leave the floor whole is left as she is.
CREATE FUNCTION entitlement.with_debts(moved ledger.proposal[], posting text, for_day date) RETURNS ledger.proposal[]
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    first_person uuid := moved[1].person_id;
    last_person  uuid := moved[cardinality(moved)].person_id;
BEGIN
    IF NOT EXISTS (SELECT FROM unnest(moved) AS m WHERE m.amount < 0) AND NOT EXISTS (
        SELECT FROM entitlement.debt AS d WHERE d.person_id BETWEEN first_person AND last_person
    ) THEN
        RETURN moved;
    END IF;
    -- What is held, promised and owed is read once nobody else can move it (ledger, Note [one order of accounts]).
    PERFORM ledger.take(k.person_id, k.account_id)
    FROM (SELECT DISTINCT m.person_id, m.account_id FROM unnest(moved) AS m ORDER BY 1, 2) AS k;
    moved := moved || entitlement.debts_paid(moved, for_day);
    moved := moved || entitlement.debts_found(moved, posting, for_day);
    moved := moved || entitlement.protected_again(moved, for_day);
    RETURN ARRAY (
        SELECT m FROM unnest(moved) AS m ORDER BY m.person_id, m.account_id, m.period_start, m.amount
    );
END $$;

-- The recoveries of debts of the very periods that give again: what is given pays once, the oldest debt first.
CREATE FUNCTION entitlement.debts_paid(moved ledger.proposal[], for_day date) RETURNS ledger.proposal[]
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN ARRAY (
        SELECT (
            m.person_id, m.account_id, m.right_id, m.organisation_id, m.unit, m.counter_id, m.counterparty,
            -(p.paid + p.shielded), -p.shielded, 'recovery', 'debt ' || d.debt_id, d.version, for_day, for_day, for_day
        )::ledger.proposal
        FROM (
            SELECT person_id, account_id, right_id, organisation_id, unit, counter_id, counterparty, period_start,
                sum(amount - protected)::bigint AS given, sum(protected)::bigint AS given_protected
            FROM unnest(moved) GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
        ) AS m
        CROSS JOIN LATERAL (
            SELECT k.debt_id, k.version, k.owed - k.shielded AS owed, k.shielded,
                coalesce(sum(k.owed - k.shielded) OVER before, 0)::bigint AS before, coalesce(sum(k.shielded) OVER before, 0)::bigint AS shielded_before
            FROM (
                SELECT b.debt_id, b.version, b.owed_from, entitlement.still_owed(b) AS owed, entitlement.owed_protected(b) AS shielded
                FROM entitlement.debt AS b
                WHERE b.person_id = m.person_id AND b.account_id = m.account_id AND b.counter_id = m.counter_id
                    AND b.period_start = m.period_start
            ) AS k
            WINDOW before AS (ORDER BY k.owed_from, k.debt_id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
        ) AS d
        CROSS JOIN LATERAL (
            SELECT greatest(least(m.given - d.before, d.owed), 0) AS paid,
                greatest(least(m.given_protected - d.shielded_before, d.shielded), 0) AS shielded
        ) AS p
        WHERE p.paid + p.shielded > 0
    );
END $$;

-- What funders advance to accounts whose floor the corrections would break, latest periods first, and the debts that it makes.
CREATE FUNCTION entitlement.debts_found(moved ledger.proposal[], posting text, for_day date) RETURNS ledger.proposal[]
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    found entitlement.debt[] := ARRAY (
        WITH after AS (
            SELECT m.person_id, m.account_id, a.credits - a.debits + sum(m.amount) AS balance,
                greatest(a.protected + sum(m.protected) - a.held_protected, 0) + a.held - a.overdraft AS floor
            FROM unnest(moved) AS m JOIN ledger.account AS a ON a.person_id = m.person_id AND a.account_id = m.account_id
            GROUP BY m.person_id, m.account_id, a.credits, a.debits, a.protected, a.held_protected, a.held, a.overdraft
        ), taken AS (
            SELECT m.*, k.floor - k.balance AS missing, coalesce(sum(-m.amount) OVER (
                PARTITION BY m.person_id, m.account_id ORDER BY m.period_start DESC, m.counter_id
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
            ), 0) AS before
            FROM unnest(moved) AS m JOIN after AS k USING (person_id, account_id)
            WHERE m.amount < 0 AND m.kind = 'correction' AND k.balance < k.floor
        )
        SELECT (
            t.person_id, md5(posting || '|' || t.person_id || '|' || t.account_id || '|' || t.counter_id || '|' || t.period_start)::uuid,
            t.right_id, t.account_id, t.unit, t.counter_id, t.counterparty, least(-t.amount, t.missing - t.before)::bigint,
            (-t.amount - least(-t.amount, t.missing - t.before))::bigint, t.reason, t.version, t.period_start, t.period_end, for_day, now()
        )::entitlement.debt
        FROM taken AS t WHERE t.missing > t.before
    );
BEGIN
    INSERT INTO entitlement.debt SELECT f.* FROM unnest(found) AS f;
    RETURN ARRAY (
        SELECT (
            f.person_id, f.account_id, f.right_id, k.organisation_id, f.unit, f.counter_id, f.counterparty, f.amount,
            greatest(least(f.amount, k.lacking - f.before), 0),
            'advance', 'debt ' || f.debt_id, f.version, for_day, for_day, for_day
        )::ledger.proposal
        FROM (
            SELECT d.*, coalesce(sum(d.amount) OVER (
                PARTITION BY d.person_id, d.account_id ORDER BY d.period_start DESC, d.counter_id
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
            ), 0)::bigint AS before
            FROM unnest(found) AS d
        ) AS f
        JOIN entitlement.lacking_protection(moved) AS k ON k.person_id = f.person_id AND k.account_id = f.account_id
    );
END $$;

-- By how much the movements would have each account protect less than nothing (Note [protected, and spent]).
CREATE FUNCTION entitlement.lacking_protection(moved ledger.proposal[])
RETURNS TABLE (person_id uuid, account_id uuid, organisation_id uuid, lacking bigint)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN QUERY
    SELECT a.person_id, a.account_id, a.organisation_id, greatest(-(a.protected + sum(m.protected)), 0)::bigint
    FROM unnest(moved) AS m JOIN ledger.account AS a ON a.person_id = m.person_id AND a.account_id = m.account_id
    GROUP BY a.person_id, a.account_id, a.organisation_id, a.protected;
END $$;

-- What no advance protects again: the funder whose correction came last gives so much, protected, and takes as much back.
CREATE FUNCTION entitlement.protected_again(moved ledger.proposal[], for_day date) RETURNS ledger.proposal[]
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN ARRAY (
        SELECT (
            k.person_id, k.account_id, m.right_id, k.organisation_id, m.unit, m.counter_id, m.counterparty, way.sign * k.lacking,
            greatest(way.sign, 0) * k.lacking, way.kind, 'protection_spent', m.version, for_day, for_day, for_day
        )::ledger.proposal
        FROM entitlement.lacking_protection(moved) AS k
        CROSS JOIN LATERAL (
            SELECT p.* FROM unnest(moved) AS p
            WHERE p.person_id = k.person_id AND p.account_id = k.account_id AND p.protected < 0
            ORDER BY p.period_start DESC, p.counter_id LIMIT 1
        ) AS m
        CROSS JOIN (VALUES (1, 'top_up'), (-1, 'return')) AS way (sign, kind)
        WHERE k.lacking > 0
    );
END $$;

ALTER TABLE entitlement.debt ENABLE ROW LEVEL SECURITY;
CREATE POLICY command_works ON entitlement.debt TO cspu_batch USING (TRUE) WITH CHECK (TRUE);
CREATE POLICY request_in_sight ON entitlement.debt FOR SELECT TO cspu_web
    USING (person_id = kernel.in_sight() AND kernel.shows('right:' || right_id));
ALTER TABLE entitlement.debt_move ENABLE ROW LEVEL SECURITY;
CREATE POLICY command_works ON entitlement.debt_move TO cspu_batch USING (TRUE) WITH CHECK (TRUE);
CREATE POLICY request_in_sight ON entitlement.debt_move FOR SELECT TO cspu_web
    USING (person_id = kernel.in_sight() AND kernel.shows('right:' || right_id));
GRANT SELECT ON entitlement.debt, entitlement.debt_move TO cspu_batch, cspu_web;
REVOKE ALL ON FUNCTION entitlement.still_owed, entitlement.owed_protected, entitlement.with_debts, entitlement.debts_paid,
    entitlement.debts_found, entitlement.lacking_protection, entitlement.protected_again FROM PUBLIC;
GRANT EXECUTE ON FUNCTION entitlement.still_owed TO cspu_batch, cspu_web;
