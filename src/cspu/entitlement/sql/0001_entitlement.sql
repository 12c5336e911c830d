-- Entitlement: editions of the law, and the settlement that makes accounts follow facts and law.
--
-- Note [settlement is convergent]. For every (account, period, payer) due by a date, post
-- `expected - already posted`. What is expected is a function of facts and law alone, so that any
-- order of arrivals, any number of runs and any crash end in the same balances.
--
-- Note [claim first]. A run first takes the row of each person in entitlement.settled; whoever
-- comes at the same time waits there, then finds nothing stale. The version written is the one read
-- with the claim: facts that arrive meanwhile make the person stale again, never silently settled.

CREATE SCHEMA law;
CREATE SCHEMA entitlement;

CREATE TABLE law.edition (
    edition    bigint PRIMARY KEY,
    digest     text NOT NULL,
    enacted_at timestamptz NOT NULL,
    CONSTRAINT edition_counts_from_one CHECK (edition > 0)
);
COMMENT ON TABLE law.edition IS 'Each enactment: enacting a law for everyone is one row here.';

CREATE TABLE law.right_text (
    right_id text NOT NULL,
    edition  bigint NOT NULL REFERENCES law.edition,
    position smallint NOT NULL,
    unit     text REFERENCES ledger.unit,  -- null: a status, without amounts
    text     text NOT NULL,
    PRIMARY KEY (right_id, edition)
);
COMMENT ON TABLE law.right_text IS 'Every text as enacted, byte for byte. Never changed, only followed by another edition.';

CREATE TABLE law.region_text (
    pack    text NOT NULL,
    region  text NOT NULL,
    edition bigint NOT NULL REFERENCES law.edition,
    text    text NOT NULL,
    PRIMARY KEY (pack, region, edition)
);
COMMENT ON TABLE law.region_text IS 'What each region set by itself, as enacted, byte for byte.';

CREATE TABLE entitlement.settled (
    person_id              uuid PRIMARY KEY,
    facts_version          bigint NOT NULL,
    law_edition            bigint NOT NULL,
    settled_through        date NOT NULL,
    previous_facts_version bigint NOT NULL,
    previous_law_edition   bigint NOT NULL,
    previous_through       date NOT NULL,
    claim_id               uuid NOT NULL,
    settled_at             timestamptz NOT NULL
);
COMMENT ON TABLE entitlement.settled IS
    'Up to which facts, law and date each person is settled: "nothing new" is one comparison.';

CREATE TABLE entitlement.horizon (
    settled_to  date PRIMARY KEY,
    recorded_at timestamptz NOT NULL
);
COMMENT ON TABLE entitlement.horizon IS
    'The days a named command settled to. A request settles no later than the last of them or today: what is not due yet cannot be had.';

-- The days on which a request may act: today, and those between it and the last day that a named command settled to.
CREATE FUNCTION entitlement.first_day() RETURNS date
LANGUAGE sql STABLE PARALLEL SAFE AS $$ SELECT least(kernel.today(), (SELECT max(settled_to) FROM entitlement.horizon)) $$;
CREATE FUNCTION entitlement.last_day() RETURNS date
LANGUAGE sql STABLE PARALLEL SAFE AS $$ SELECT greatest(kernel.today(), (SELECT max(settled_to) FROM entitlement.horizon)) $$;

CREATE TYPE entitlement.judgement AS (
    person_id       uuid,
    organisation_id uuid,
    period_start    date,
    period_end      date,
    due_on          date,
    version         date,
    counter_id      uuid,
    counterparty    text,
    entitled        boolean,
    amount          bigint,
    award           bigint,
    protected       bigint
);
COMMENT ON TYPE entitlement.judgement IS
    'The law''s word on one person and period: entitled (null: unknown), amount before the cap (null: unknown), award after it.';

CREATE TYPE entitlement.telling AS (
    person_id       uuid,
    organisation_id uuid,
    period_start    date,
    period_end      date,
    due_on          date,
    version         date,
    steps           jsonb
);
COMMENT ON TYPE entitlement.telling IS 'Every intermediate value of one computation, by step of its trace plan.';

CREATE TYPE entitlement.review AS (
    right_id        text,
    person_id       uuid,
    organisation_id uuid,
    period_start    date,
    period_end      date,
    due_on          date,
    version         date,
    counter_id      uuid,
    counterparty    text,
    entitled        boolean,
    amount          bigint,
    award           bigint,
    protected       bigint,
    steps           jsonb
);
COMMENT ON TYPE entitlement.review IS
    'A judgement with, for the last period over and the one that runs, the steps that a page of all rights speaks of.';

-- Fills up to a limit: what has been added never leaves, and nothing is added above the limit of the moment (null: none).
CREATE FUNCTION entitlement.fill_step(filled bigint, added bigint, upto bigint) RETURNS bigint
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    RETURN greatest(filled, least(upto, filled + added));
END $$;
CREATE AGGREGATE entitlement.fill(added bigint, upto bigint) (
    SFUNC = entitlement.fill_step, STYPE = bigint, INITCOND = '0'
);

-- The same where what she spends gives room back: counts all that ever came in, of which `gone` had left by the day the
-- period is due. What is there is the difference.
CREATE FUNCTION entitlement.fill_step(filled bigint, added bigint, upto bigint, gone bigint) RETURNS bigint
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    filled := greatest(filled, gone);
    RETURN greatest(filled, least(upto, filled - gone + added) + gone);
END $$;
CREATE AGGREGATE entitlement.fill(added bigint, upto bigint, gone bigint) (
    SFUNC = entitlement.fill_step, STYPE = bigint, INITCOND = '0'
);

-- What left an account before a day, of amounts each with its day; null arrays: nothing ever did.
CREATE FUNCTION entitlement.gone_before(days date[], amounts bigint[], day date) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(sum(amount), 0)::bigint FROM unnest(days, amounts) AS one (gone_on, amount) WHERE gone_on < day
$$;

CREATE FUNCTION entitlement.last_due(as_of date) RETURNS date
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT date_trunc('month', as_of::timestamp)::date $$;
COMMENT ON FUNCTION entitlement.last_due IS 'The last day anything can have become due: every period ends with a month.';

CREATE FUNCTION entitlement.edition() RETURNS bigint
LANGUAGE sql STABLE AS $$ SELECT coalesce(max(edition), 0) FROM law.edition $$;

-- Replaced at each enactment by the union of every right in force that the ledger keeps. Written in SQL so that it is
-- inlined: the planner sees the rights' functions themselves.
CREATE FUNCTION entitlement.judge(persons uuid[], as_of date, over_by date)
RETURNS TABLE (
    right_id text, unit text, person_id uuid, organisation_id uuid, period_start date, period_end date, due_on date,
    version date, counter_id uuid, counterparty text, entitled boolean, amount bigint, award bigint, protected bigint
)
LANGUAGE sql STABLE AS $$
    SELECT NULL::text, NULL::text, NULL::uuid, NULL::uuid, NULL::date, NULL::date, NULL::date, NULL::date, NULL::uuid,
        NULL::text, NULL::boolean, NULL::bigint, NULL::bigint, NULL::bigint
    WHERE FALSE
$$;

-- The same for what the ledger never keeps, payments and statuses: the last thirteen months and the running one.
CREATE FUNCTION entitlement.judge_shown(persons uuid[], as_of date, over_by date)
RETURNS TABLE (
    right_id text, unit text, person_id uuid, organisation_id uuid, period_start date, period_end date, due_on date,
    version date, counter_id uuid, counterparty text, entitled boolean, amount bigint, award bigint, protected bigint
)
LANGUAGE sql STABLE AS $$ SELECT * FROM entitlement.judge(persons, as_of, over_by) WHERE FALSE $$;

-- Every right in force at once, for pages and for a month of everybody: the rights that are judged alike share their facts.
CREATE FUNCTION entitlement.review(persons uuid[], as_of date, over_by date, shown_since date)
RETURNS SETOF entitlement.review
LANGUAGE sql STABLE ROWS 10000 AS $$ SELECT NULL::entitlement.review WHERE FALSE $$;

-- Takes the persons that have news, of an array in order without repeats. Where nobody in it was ever settled,
-- by a plain insert: an upsert writes each new row twice. Should another run take one of them at that very
-- moment, it is waited for and looked at again by the upsert, like everyone settled before.
CREATE FUNCTION entitlement.claim(persons uuid[], as_of date) RETURNS uuid[]
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    first_person uuid := persons[1];
    last_person  uuid := persons[cardinality(persons)];
    claim        uuid := gen_random_uuid();
    edition      bigint := entitlement.edition();
    taken        integer;
    claimed      uuid[];
BEGIN
    IF NOT EXISTS (
        SELECT FROM entitlement.settled
        WHERE person_id BETWEEN first_person AND last_person AND person_id = ANY ((SELECT persons)::uuid[])
    ) THEN
        BEGIN
            INSERT INTO entitlement.settled
            SELECT person_id, facts_version, edition, entitlement.last_due(as_of), -1, 0, '-infinity', claim, now()
            FROM lifecourse.course
            WHERE person_id BETWEEN first_person AND last_person AND person_id = ANY ((SELECT persons)::uuid[])
            ORDER BY person_id;
            GET DIAGNOSTICS taken = ROW_COUNT;
        EXCEPTION WHEN unique_violation THEN
            taken := NULL;
        END;
    END IF;
    IF taken IS NULL THEN
        INSERT INTO entitlement.settled AS held
        SELECT person_id, facts_version, edition, entitlement.last_due(as_of), -1, 0, '-infinity', claim, now()
        FROM lifecourse.course
        WHERE person_id BETWEEN first_person AND last_person AND person_id = ANY ((SELECT persons)::uuid[])
        ORDER BY person_id
        ON CONFLICT (person_id) DO UPDATE SET
            facts_version = excluded.facts_version,
            law_edition = excluded.law_edition,
            settled_through = excluded.settled_through,
            previous_facts_version = held.facts_version,
            previous_law_edition = held.law_edition,
            previous_through = held.settled_through,
            claim_id = excluded.claim_id,
            settled_at = excluded.settled_at
        WHERE held.facts_version <> excluded.facts_version
            OR held.law_edition <> excluded.law_edition
            OR held.settled_through < excluded.settled_through;
        GET DIAGNOSTICS taken = ROW_COUNT;
    END IF;
    IF taken = cardinality(persons) THEN
        RETURN persons;
    END IF;
    SELECT array_agg(person_id ORDER BY person_id) INTO claimed
    FROM entitlement.settled
    WHERE person_id BETWEEN first_person AND last_person AND person_id = ANY ((SELECT persons)::uuid[])
        AND claim_id = claim;
    RETURN claimed;
END $$;

-- Posts for persons to whom nothing was ever posted: all that is expected, with nothing to compare it to, written
-- as it is judged.
CREATE FUNCTION entitlement.award(key text, persons uuid[], as_of date) RETURNS integer
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    first_person uuid := persons[1];
    last_person  uuid := persons[cardinality(persons)];
    -- Persons claimed for the first time were settled through no day at all: everything has just become due.
    any_known    boolean := EXISTS (
        SELECT FROM entitlement.settled
        WHERE person_id BETWEEN first_person AND last_person AND previous_through > '-infinity'
    );
    posting      uuid := md5(key)::uuid;
    at           timestamptz := now();
    due          ledger.transfer[];
BEGIN
    due := ARRAY(
        SELECT (
            person_id, account_id, rank, counter_id, account_id, organisation_id, unit, award, protected, 'award', reason, right_id,
            version, counterparty, period_start, period_end, due_on, at, posting,
            sha256(ledger.content(
                person_id, account_id, rank, counter_id, account_id, organisation_id, unit, award, protected, 'award', reason, right_id,
                version, counterparty, period_start, period_end, due_on, at, posting
            ))
        )::ledger.transfer
        FROM (
            SELECT j.*, (row_number() OVER (PARTITION BY j.person_id, j.account_id ORDER BY j.period_start))::integer AS rank, CASE
                    WHEN s.person_id IS NULL OR j.due_on > s.previous_through THEN 'due'
                    WHEN s.facts_version <> s.previous_facts_version THEN 'facts_changed'
                    ELSE 'law_changed'
                END AS reason
            FROM (
                SELECT j.*, ledger.account_of(j.person_id, j.right_id, j.organisation_id) AS account_id
                FROM entitlement.judge(persons, as_of, as_of) AS j
                WHERE j.award > 0 AND j.due_on <= as_of
                OFFSET 0
            ) AS j
            LEFT JOIN entitlement.settled AS s ON any_known
                AND s.person_id = j.person_id AND s.person_id BETWEEN first_person AND last_person
            OFFSET 0
        ) AS due
        ORDER BY person_id, account_id, period_start
    );
    RETURN CASE WHEN cardinality(due) = 0 THEN 0 ELSE ledger.close_batch(key, due, at) END;
END $$;

-- What to post so that the persons' accounts say what law and facts say, for all that is due by a date.
CREATE FUNCTION entitlement.differences(persons uuid[], as_of date) RETURNS ledger.proposal[]
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    first_person uuid := persons[1];
    last_person  uuid := persons[cardinality(persons)];
    moved        ledger.proposal[];
BEGIN
    WITH expected AS (
        SELECT j.person_id, ledger.account_of(j.person_id, j.right_id, j.organisation_id) AS account_id,
            j.period_start, j.counter_id, j.right_id, j.unit, j.organisation_id, j.counterparty,
            j.award, j.protected, j.version, j.period_end, j.due_on
        FROM entitlement.judge(persons, as_of, as_of) AS j
        WHERE j.award > 0 AND j.due_on <= as_of
    ), posted AS (
        SELECT t.person_id, t.account_id, t.period_start,
            CASE t.account_id WHEN t.credit_account_id THEN t.debit_account_id ELSE t.credit_account_id END AS counter_id,
            sum(CASE t.account_id WHEN t.credit_account_id THEN t.amount ELSE -t.amount END)::bigint AS award,
            sum(CASE t.account_id WHEN t.credit_account_id THEN t.protected ELSE -t.protected END)::bigint AS protected,
            max(t.version) AS version, max(t.period_end) AS period_end, max(t.due_on) AS due_on,
            any_value(t.organisation_id) AS organisation_id, any_value(t.right_id) AS right_id, any_value(t.unit) AS unit, any_value(t.counterparty) AS counterparty
        FROM ledger.transfer AS t
        WHERE t.person_id BETWEEN first_person AND last_person AND t.person_id = ANY ((SELECT persons)::uuid[])
            AND t.due_on <= as_of AND t.kind IN ('award', 'correction')
        GROUP BY 1, 2, 3, 4
    ), differing AS (
        SELECT person_id, account_id, period_start, counter_id,
            coalesce(e.right_id, p.right_id) AS right_id, coalesce(e.unit, p.unit) AS unit,
            coalesce(e.counterparty, p.counterparty) AS counterparty, coalesce(e.version, p.version) AS version,
            coalesce(e.period_end, p.period_end) AS period_end, coalesce(e.due_on, p.due_on) AS due_on,
            coalesce(e.organisation_id, p.organisation_id) AS organisation_id, coalesce(e.award, 0) AS award, coalesce(e.protected, 0) AS protected,
            coalesce(p.award, 0) AS had, coalesce(p.protected, 0) AS had_protected, p.award IS NOT NULL AS known
        FROM expected AS e FULL JOIN posted AS p USING (person_id, account_id, period_start, counter_id)
        WHERE (coalesce(e.award, 0), coalesce(e.protected, 0)) <> (coalesce(p.award, 0), coalesce(p.protected, 0))
    )
    SELECT array_agg((
            d.person_id, d.account_id, d.right_id, d.organisation_id, d.unit, d.counter_id,
            d.counterparty, step.amount, step.protected, CASE WHEN d.known THEN 'correction' ELSE 'award' END,
            CASE
                WHEN NOT d.known AND d.due_on > s.previous_through THEN 'due'
                WHEN s.facts_version <> s.previous_facts_version THEN 'facts_changed'
                ELSE 'law_changed'
            END, d.version, d.period_start, d.period_end, d.due_on
        )::ledger.proposal ORDER BY d.person_id, d.account_id, d.period_start, step.amount)
    INTO moved
    FROM differing AS d
    JOIN entitlement.settled AS s ON s.person_id = d.person_id
        AND s.person_id BETWEEN first_person AND last_person
    CROSS JOIN LATERAL entitlement.steps(d.award, d.protected, d.had, d.had_protected) AS step
    WHERE step.amount <> 0;
    RETURN moved;
END $$;

-- From what was held to what is expected, in one movement where the protected part moves the same
-- way as the whole, else in two: the old one out, the new one in.
CREATE FUNCTION entitlement.steps(award bigint, protected bigint, had bigint, had_protected bigint)
RETURNS TABLE (amount bigint, protected bigint)
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT award - had, protected - had_protected
    WHERE (protected - had_protected) BETWEEN least(award - had, 0) AND greatest(award - had, 0)
    UNION ALL
    SELECT moved.amount, moved.protected
    FROM (VALUES (-had, -had_protected), (award, protected)) AS moved (amount, protected)
    WHERE NOT (steps.protected - had_protected) BETWEEN least(award - had, 0) AND greatest(award - had, 0)
$$;

CREATE FUNCTION entitlement.settle(persons uuid[], as_of date, OUT settled integer, OUT posted integer)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    claimed uuid[];
    key     text;
BEGIN
    -- Whoever may not run the named commands is a request, whatever the name of its log-in.
    IF NOT pg_has_role(session_user, 'cspu_batch', 'MEMBER')
        AND as_of > entitlement.last_day() THEN
        RAISE EXCEPTION 'a request cannot settle the future' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'settled_day_is_not_in_the_future';
    END IF;
    IF NOT pg_has_role(session_user, 'cspu_batch', 'MEMBER') AND persons IS DISTINCT FROM ARRAY[kernel.in_sight()] THEN
        RAISE EXCEPTION 'a request settles the person in its sight' USING ERRCODE = 'insufficient_privilege';
    END IF;
    claimed := entitlement.claim(persons, as_of);
    settled := coalesce(cardinality(claimed), 0);
    posted := 0;
    IF settled > 0 THEN
        key := 'settlement ' || (SELECT claim_id FROM entitlement.settled WHERE person_id = claimed[1]);
        IF EXISTS (SELECT FROM ledger.account WHERE person_id BETWEEN claimed[1] AND claimed[settled]) THEN
            posted := ledger.write(key, entitlement.with_debts(entitlement.differences(claimed, as_of), key, as_of), now());
        ELSE
            posted := entitlement.award(key, claimed, as_of);
        END IF;
    END IF;
END $$;
COMMENT ON FUNCTION entitlement.settle IS
    'Settles the persons that have news, in the caller''s transaction. Returns how many had news and how many transfers were posted.';

-- The next persons with news, in order, within a range: what a batch walks through.
CREATE FUNCTION entitlement.stale(above uuid, upto uuid, as_of date, most integer) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE AS $$
DECLARE
    edition bigint := entitlement.edition();
BEGIN
    RETURN QUERY
    SELECT c.person_id
    FROM lifecourse.course AS c
    LEFT JOIN entitlement.settled AS s ON s.person_id = c.person_id AND s.person_id > above AND s.person_id <= upto
    WHERE c.person_id > above AND c.person_id <= upto AND (
        s.person_id IS NULL OR s.facts_version <> c.facts_version OR s.law_edition <> edition
        OR s.settled_through < entitlement.last_due(as_of)
    )
    ORDER BY c.person_id
    LIMIT most;
END $$;

-- One step of that walk: the ids never leave the server. `last` is null when nobody is left.
CREATE FUNCTION entitlement.settle_next(
    above uuid, upto uuid, as_of date, most integer, OUT last uuid, OUT settled integer, OUT posted integer
)
LANGUAGE plpgsql AS $$
DECLARE
    persons uuid[] := ARRAY (SELECT * FROM entitlement.stale(above, upto, as_of, most));
BEGIN
    last := persons[cardinality(persons)];
    SELECT done.settled, done.posted INTO settled, posted FROM entitlement.settle(persons, as_of) AS done;
END $$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA entitlement FROM PUBLIC;
GRANT USAGE ON SCHEMA law, entitlement TO cspu_batch, cspu_web;
GRANT SELECT ON ALL TABLES IN SCHEMA law, entitlement TO cspu_batch, cspu_web;
GRANT INSERT ON entitlement.horizon TO cspu_batch;
GRANT EXECUTE ON FUNCTION entitlement.last_day TO cspu_batch;
GRANT EXECUTE ON FUNCTION entitlement.settle, entitlement.settle_next, entitlement.stale, entitlement.edition, entitlement.last_due,
    entitlement.fill(bigint, bigint), entitlement.fill(bigint, bigint, bigint), entitlement.gone_before
    TO cspu_batch, cspu_web;
