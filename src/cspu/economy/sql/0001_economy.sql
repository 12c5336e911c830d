-- The economy of points: what a person does with what she holds, and what others add to it.
--
-- Note [acts are done in sight]. Each act is a function that works on the person in sight, opened to act, so that her
-- journal already says who acts; a helper moves no right that she does not see. The act's id comes from the caller: the
-- same act sent twice is done once. A refusal is returned, in the order of the enum below, and nothing is written.
--
-- Note [pots]. A credit that is marked for a use, or that ends on a day, is kept in an account of its own beside the
-- right's: a pot, held with `pot_id` in the place of an organisation. Double entry, floors, holds and seals hold for
-- it as for any account; what is left on its last day goes back to the funder it came from.
--
-- Note [the order of spending]. What ends soonest is spent first; of what ends the same day, what is marked for this very
-- use before what is free; then the right's own accounts, where a use that is the protected share's purpose takes the
-- protected share first and any other leaves it whole.

CREATE SCHEMA economy;
GRANT USAGE ON SCHEMA economy TO cspu_batch, cspu_web;

CREATE TYPE economy.refusal AS ENUM (
    'not_in_sight',            -- no sight opened to act on this person's account
    'not_covered',             -- the sight does not cover a right that would move
    'day_to_come',             -- a day that has not come yet
    'day_past',                -- a day that is over
    'rule_unknown',            -- no such rule in force that day
    'quote_unknown',           -- no such quote
    'quote_used',              -- it was executed already
    'hold_unknown',            -- nothing of that name is held
    'hold_ended',              -- it was settled, released or let go already
    'offer_unknown',           -- no such offer, request or exchange
    'debt_unknown',            -- no such debt
    'debt_closed',             -- nothing is owed any more
    'debt_contested',          -- recovery stops while it is contested
    'partner_unknown',         -- no such instance
    'organisation_unknown',    -- no such body, or not one that the rule accepts
    'not_employed_there',      -- she does not work there that day, by a status of those that the law asks for
    'payee_not_accredited',    -- the payee may not be paid with that
    'person_unknown',          -- nobody with that code, or it was used, or it is over
    'oneself',                 -- to oneself
    'need_not_certified',      -- no certificate in force
    'employer_not_agreed',     -- the employer published no agreement to it
    'not_entitled',            -- the law's condition is not met
    'entitlement_unknown',     -- the law's condition cannot be known yet
    'offer_closed',            -- it is over
    'not_yours_to_confirm',    -- the other side confirms this
    'too_late_to_undo',        -- the undo window is over
    'amount_not_positive',     -- nothing, or less
    'amount_not_whole',        -- not a multiple of the rule's step
    'below_minimum',           -- less than the rule's minimum
    'above_maximum',           -- more than the rule's maximum, of the year or in all
    'gives_nothing',           -- after rounding, nothing would come out of it
    'balance_too_small',       -- less than that is held
    'earmarked',               -- enough is held, but marked for something else
    'protected_share',         -- enough is held, but of the protected share
    'quote_over',              -- the quote is no longer valid
    'above_limit',             -- a limit of the account or between two instances
    'undo_window_open',        -- she may still undo it: nobody settles it yet
    'words_missing',           -- an act that says something says it
    'account_busy'             -- somebody moved the same account at this moment
);

-- Published tables: what the texts say, the same for everyone --------------------------------------------------------------

CREATE TABLE economy.point_value (
    unit       text NOT NULL,
    in_force   date NOT NULL,
    points     numeric(20, 2) NOT NULL,
    assumption boolean NOT NULL,
    reference  text NOT NULL,
    PRIMARY KEY (unit, in_force),
    CONSTRAINT point_value_is_positive CHECK (points > 0)
);
COMMENT ON TABLE economy.point_value IS 'What one whole unit of account is worth in common points, from a day on.';

CREATE TABLE economy.pot (
    pot_id       uuid PRIMARY KEY,
    right_id     text NOT NULL,
    unit         text NOT NULL,
    label_fr     text NOT NULL,
    label_en     text NOT NULL,
    counter_id   uuid NOT NULL,
    counterparty text NOT NULL,
    earmark      text NOT NULL,
    expires_on   date NOT NULL
);
COMMENT ON TABLE economy.pot IS 'Marked credits, each kind once: who funds it, for which use (empty: any), until which day (infinity: for good).';

-- Acts ----------------------------------------------------------------------------------------------------------------------

CREATE TABLE economy.act (
    person_id uuid NOT NULL,
    act_id    uuid NOT NULL,
    right_id  text NOT NULL,
    kind      text NOT NULL,
    rule      text NOT NULL,
    for_day   date NOT NULL,
    made_by   text NOT NULL,
    made_at   timestamptz NOT NULL,
    said      jsonb NOT NULL,
    PRIMARY KEY (person_id, act_id)
);
COMMENT ON TABLE economy.act IS
    'What was done, as its receipt says it: amounts in smallest units, rule and article, nobody''s name. Its transfers give "<kind> <act_id>" as their reason.';
CREATE TRIGGER act_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON economy.act
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_rewriting();
ALTER TABLE economy.act ENABLE ROW LEVEL SECURITY;
CREATE POLICY command_works ON economy.act TO cspu_batch USING (TRUE) WITH CHECK (TRUE);
CREATE POLICY request_in_sight ON economy.act FOR SELECT TO cspu_web
    USING (person_id = kernel.in_sight() AND kernel.shows('right:' || right_id));

-- Who acts on whom, from the sight of this transaction.
CREATE TYPE economy.seer AS (person_id uuid, verb text, actor text);
CREATE FUNCTION economy.sight() RETURNS economy.seer
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    parts text[] := string_to_array(kernel.sighted(), '|');
BEGIN
    RETURN (parts[1]::uuid, parts[2], parts[3] || ':' || parts[4])::economy.seer;
END $$;

-- The first refusals, common to every act: may these rights be moved, on that day, by who is here? Null: they may. A right that
-- is null, since what is asked for is unknown, is left to the refusals that follow. No day is
-- asked where none matters; `told_of`: the day that an act speaks of, which may be over, and may not be to come.
CREATE FUNCTION economy.refused_here(rights text[], for_day date DEFAULT NULL, told_of date DEFAULT NULL) RETURNS economy.refusal
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN CASE
        WHEN (economy.sight()).verb IS DISTINCT FROM 'act' THEN 'not_in_sight'
        WHEN EXISTS (SELECT FROM unnest(rights) AS r (right_id) WHERE NOT kernel.shows('right:' || r.right_id)) THEN 'not_covered'
        WHEN greatest(for_day, told_of) > entitlement.last_day() THEN 'day_to_come'
        WHEN for_day < entitlement.first_day() THEN 'day_past'
    END;
END $$;

-- What no page asks: to be brought up to date about somebody else, or for a day on which nobody acts.
CREATE FUNCTION economy.refuse_to_others(person uuid, for_day date) RETURNS void
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT pg_has_role(session_user, 'cspu_batch', 'MEMBER') AND (
        person IS DISTINCT FROM kernel.in_sight() OR for_day NOT BETWEEN entitlement.first_day() AND entitlement.last_day()
    ) IS NOT FALSE THEN  -- a day that is null is none on which she may act
        RAISE EXCEPTION 'a request brings the person in its sight up to date, on a day on which she may act'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
END $$;

-- The law's own answer about a person on a day: one right of the texts, judged now. Null: unknown, or no such right.
CREATE FUNCTION economy.answer(person uuid, wanted text, for_day date) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    answered boolean;
BEGIN
    IF to_regprocedure(format('entitlement.%I(uuid[], date, date)', 'judge_' || wanted)) IS NULL THEN
        RETURN NULL;
    END IF;
    EXECUTE format(
        'SELECT j.entitled FROM entitlement.%I(ARRAY[$1], $2, ''infinity'') AS j'
        ' WHERE $2 BETWEEN j.period_start AND j.period_end ORDER BY j.entitled DESC NULLS LAST LIMIT 1', 'judge_' || wanted
    ) INTO answered USING person, for_day;
    RETURN answered;
END $$;

-- The same for a page: judged on all her facts whatever part of them its sight shows (a law judged on a part would be judged
-- wrongly), and told only where that right is in sight. Null: unknown, or not shown.
CREATE FUNCTION economy.answer_shown(person uuid, wanted text, for_day date) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN CASE
        WHEN pg_has_role(session_user, 'cspu_batch', 'MEMBER') OR (person = kernel.in_sight() AND kernel.shows('right:' || wanted))
            THEN economy.answer(person, wanted, for_day)
    END;
END $$;

CREATE FUNCTION economy.refused_by_law(person uuid, wanted text, for_day date) RETURNS economy.refusal
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN CASE
        WHEN wanted = '' THEN NULL
        ELSE CASE economy.answer(person, wanted, for_day) WHEN TRUE THEN NULL WHEN FALSE THEN 'not_entitled' ELSE 'entitlement_unknown' END
    END;
END $$;

-- Counter-accounts are known by what they are, as settlement's are: `funder:state` in euros is one account everywhere. A
-- clearing account for each pair of units.
CREATE FUNCTION economy.counter(name text, unit text) RETURNS uuid
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT md5(replace(name, ':', '|') || '|' || unit)::uuid $$;

-- Spending ------------------------------------------------------------------------------------------------------------------

-- Takes a person's accounts of some rights, in the order of their key whatever the order of spending (ledger, Note [one order
-- of accounts]). An act that moves several rights takes them at once.
CREATE FUNCTION economy.take_rights(person uuid, rights text[]) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM FROM ledger.account AS a WHERE a.person_id = person AND a.right_id = ANY (rights) ORDER BY a.account_id FOR UPDATE;
END $$;

CREATE TYPE economy.draw AS (account_id uuid, organisation_id uuid, amount bigint, protected bigint, expires_on date);

-- What a person holds of a right that a use may take, account by account in the order of spending (Note [the order of
-- spending]), taken for this transaction. `purpose`: the use is what the protected share is for. `held_with`: beside pots,
-- only what is held with those organisations.
CREATE FUNCTION economy.sources(
    person uuid, wanted text, for_use text, purpose boolean, for_day date, held_with uuid[] DEFAULT NULL
) RETURNS SETOF economy.draw
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM economy.take_rights(person, ARRAY[wanted]);
    RETURN QUERY
    SELECT a.account_id, a.organisation_id,
        CASE WHEN purpose THEN ledger.free_for_purpose(a) ELSE ledger.free(a) END - a.overdraft,
        CASE WHEN purpose THEN ledger.shielded(a) ELSE 0 END,
        coalesce(p.expires_on, 'infinity')
    FROM ledger.account AS a LEFT JOIN economy.pot AS p ON p.pot_id = a.organisation_id
    WHERE a.person_id = person AND a.right_id = wanted
        AND CASE WHEN p.pot_id IS NULL THEN held_with IS NULL OR a.organisation_id = ANY (held_with)
            ELSE p.earmark IN ('', for_use) AND p.expires_on > for_day END
    ORDER BY 5, coalesce(p.earmark, '') = '', p.pot_id IS NULL, a.account_id;
END $$;

-- How to take that much: null where it cannot be had; `refused_amount` says why.
CREATE FUNCTION economy.plan(
    person uuid, wanted text, asked bigint, for_use text, purpose boolean, for_day date, held_with uuid[] DEFAULT NULL
) RETURNS economy.draw[]
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    source  economy.draw;
    taken   economy.draw[] := '{}';
    missing bigint := asked;
BEGIN
    FOR source IN SELECT * FROM economy.sources(person, wanted, for_use, purpose, for_day, held_with) LOOP
        EXIT WHEN missing = 0;
        CONTINUE WHEN source.amount <= 0;
        source.amount := least(source.amount, missing);
        source.protected := least(source.protected, source.amount);
        missing := missing - source.amount;
        taken := taken || source;
    END LOOP;
    RETURN CASE WHEN missing = 0 THEN taken END;
END $$;

-- Why that much cannot be had, most telling first.
CREATE FUNCTION economy.refused_amount(
    person uuid, wanted text, asked bigint, for_use text, for_day date, held_with uuid[] DEFAULT NULL
) RETURNS economy.refusal
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    whole    bigint;
    unmarked bigint;
BEGIN
    SELECT sum(ledger.free_for_purpose(a)),
        sum(ledger.free_for_purpose(a)) FILTER (WHERE p.pot_id IS NULL OR (p.earmark IN ('', for_use) AND p.expires_on > for_day))
    INTO whole, unmarked
    FROM ledger.account AS a LEFT JOIN economy.pot AS p ON p.pot_id = a.organisation_id
    WHERE a.person_id = person AND a.right_id = wanted
        AND (p.pot_id IS NOT NULL OR held_with IS NULL OR a.organisation_id = ANY (held_with));
    RETURN CASE
        WHEN coalesce(whole, 0) < asked THEN 'balance_too_small'
        WHEN coalesce(unmarked, 0) < asked THEN 'earmarked'
        ELSE 'protected_share'
    END;
END $$;

-- One movement out of an account (amount below zero) or into one, for the day of the act.
CREATE FUNCTION economy.move(
    person uuid, right_id text, held_with uuid, unit text, amount bigint, protected bigint, counterparty text, act economy.act
) RETURNS ledger.proposal
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN (
        person, ledger.account_of(person, right_id, held_with), right_id, held_with, unit, economy.counter(counterparty, unit),
        counterparty, amount, protected, act.kind, act.kind || ' ' || act.act_id, act.for_day, act.for_day, act.for_day, act.for_day
    )::ledger.proposal;
END $$;

-- Posts what acts move, in the ledger's order, under the act's own key.
CREATE FUNCTION economy.post(act economy.act, moves ledger.proposal[]) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM ledger.post('act ' || act.person_id || ' ' || act.act_id, ARRAY (
        SELECT m FROM unnest(moves) AS m WHERE m.amount <> 0 ORDER BY m.person_id, m.account_id, m.period_start, m.amount
    ), act.made_at);
END $$;

-- Writes the act down. False: it was done already, and there is nothing more to do.
CREATE FUNCTION economy.record(act economy.act) RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO economy.act SELECT act.* ON CONFLICT DO NOTHING;
    RETURN FOUND;
END $$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA economy FROM PUBLIC;
GRANT EXECUTE ON FUNCTION economy.answer_shown TO cspu_batch, cspu_web;
GRANT SELECT ON ALL TABLES IN SCHEMA economy TO cspu_batch, cspu_web;
