-- Uses: value held for a payee, undone within a window, settled after it or on the payee's word.
--
-- Note [promised, then moved]. A use opens one hold for each account it draws on, in the order of spending. Within the undo
-- window she takes it back and nobody settles it; after it, it settles of itself or, where the use says so, waits for the
-- payee's word and is let go at its term. What was drawn first is settled first.
--
-- Note [what a use did not spend]. What a funder added for one use and that use did not spend goes back to the funder when the
-- use ends: undone, released, let go, or settled for less.

CREATE TABLE economy.use_rule (
    use         text NOT NULL,
    in_force    date NOT NULL,
    until       date NOT NULL,
    right_id    text NOT NULL,
    unit        text NOT NULL,
    payee       text NOT NULL,
    purpose     boolean NOT NULL,
    step        bigint NOT NULL,
    least       bigint NOT NULL,
    most        bigint NOT NULL,
    undo_hours  integer NOT NULL,
    answer_days integer NOT NULL,
    open_to     text NOT NULL,
    label_fr    text NOT NULL,
    label_en    text NOT NULL,
    reference   text NOT NULL,
    url         text NOT NULL,
    assumption  boolean NOT NULL,
    PRIMARY KEY (use, in_force),
    CONSTRAINT use_payee_known CHECK (payee IN ('accredited', 'holder', 'employer')),
    CONSTRAINT use_bounds_in_order CHECK (step > 0 AND least > 0 AND most >= least),
    CONSTRAINT use_ends_by_itself CHECK (undo_hours >= 0 AND answer_days >= 0 AND undo_hours <= CASE answer_days WHEN 0 THEN undo_hours ELSE answer_days * 24 END)
);
COMMENT ON TABLE economy.use_rule IS
    'What a right may be spent on, by version; amounts in smallest units. payee: an accredited body, the present employer it is held with (holder), or a present employer. answer_days: it waits so long for the payee''s word; 0: it settles of itself after undo_hours. open_to: the right of the law that must be answered yes (empty: none).';

CREATE TABLE economy.employed_as (
    status        text NOT NULL,
    in_force      date NOT NULL,
    until         date NOT NULL,
    shares_days boolean NOT NULL,
    reference     text NOT NULL,
    PRIMARY KEY (status, in_force)
);
COMMENT ON TABLE economy.employed_as IS
    'By which statuses of a life course somebody belongs to an employer, by version. shares_days: the law lets rest days be given to her.';

CREATE TABLE economy.payee (
    use             text NOT NULL,
    organisation_id uuid NOT NULL,
    since           date NOT NULL,
    until           date NOT NULL,
    PRIMARY KEY (use, organisation_id, since),
    CONSTRAINT payee_accredited_for_a_time CHECK (until >= since)
);
COMMENT ON TABLE economy.payee IS 'Bodies accredited to be paid by a use, from a day to a day, both included (infinity: until it is ended).';
CREATE INDEX act_by_id ON economy.act (act_id);
-- Who was given what a pot holds: what a batch that ends pots looks for (economy.persons_to_catch_up).
CREATE INDEX act_by_pot ON economy.act ((said ->> 'pot'), person_id) WHERE kind = 'top_up';

-- Who may be paid ------------------------------------------------------------------------------------------------------------

-- Accredits a body, or ends that: a named command's. Null: done, or done already.
CREATE FUNCTION economy.accredit(wanted text, body uuid, from_day date) RETURNS economy.refusal
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM economy.use_rule AS u WHERE u.use = wanted AND u.payee = 'accredited') THEN
        RETURN 'rule_unknown';
    ELSIF NOT EXISTS (SELECT FROM people.organisation AS o WHERE o.organisation_id = body) THEN
        RETURN 'organisation_unknown';
    END IF;
    INSERT INTO economy.payee SELECT wanted, body, from_day, 'infinity'
    WHERE NOT EXISTS (SELECT FROM economy.payee AS p WHERE p.use = wanted AND p.organisation_id = body AND p.until >= from_day);
    RETURN NULL;
END $$;

CREATE FUNCTION economy.end_accreditation(wanted text, body uuid, last_day date) RETURNS economy.refusal
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE economy.payee AS p SET until = last_day
    WHERE p.use = wanted AND p.organisation_id = body AND last_day BETWEEN p.since AND p.until;
    RETURN CASE WHEN NOT FOUND THEN 'payee_not_accredited' END;
END $$;

-- Whether somebody works there on a day; `sharing`: by a status that the law lets share rest days.
CREATE FUNCTION economy.workplaces(person uuid, for_day date, sharing boolean DEFAULT FALSE) RETURNS uuid[]
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN ARRAY (
        SELECT DISTINCT s.organisation_id
        FROM lifecourse.latest_spells(person) AS s JOIN economy.employed_as AS e ON e.status = s.status
        WHERE s.organisation_id IS NOT NULL AND s.valid @> for_day AND for_day BETWEEN e.in_force AND e.until
            AND (e.shares_days OR NOT sharing)
    );
END $$;

CREATE FUNCTION economy.works_at(person uuid, body uuid, for_day date, sharing boolean DEFAULT FALSE) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN coalesce(body = ANY (economy.workplaces(person, for_day, sharing)), FALSE);
END $$;

-- The employers with which a right is held and for which she works that day: what is held with them can be taken as time, the
-- rest is owed in money. Null: it is held with nobody.
CREATE FUNCTION economy.held_at_work(person uuid, wanted text, for_day date) RETURNS uuid[]
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    places uuid[] := economy.workplaces(person, for_day);
BEGIN
    RETURN (
        SELECT coalesce(array_agg(a.organisation_id) FILTER (WHERE a.organisation_id = ANY (places)), '{}')
        FROM ledger.account AS a WHERE a.person_id = person AND a.right_id = wanted GROUP BY a.person_id
    );
END $$;

-- The same for a page, of every right in sight at once, whatever part of her life the sight shows.
CREATE FUNCTION economy.held_at_work_shown(person uuid, for_day date) RETURNS TABLE (right_id text, organisation_id uuid)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    places uuid[] := economy.workplaces(person, for_day);
BEGIN
    RETURN QUERY
    SELECT a.right_id, a.organisation_id FROM ledger.account AS a
    WHERE a.person_id = person AND a.organisation_id = ANY (places)
        AND (pg_has_role(session_user, 'cspu_batch', 'MEMBER') OR (person = kernel.in_sight() AND kernel.shows('right:' || a.right_id)));
END $$;

CREATE FUNCTION economy.may_be_paid(person uuid, r economy.use_rule, body uuid, for_day date) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN CASE r.payee
        WHEN 'accredited' THEN EXISTS (
            SELECT FROM economy.payee AS p WHERE p.use = r.use AND p.organisation_id = body AND for_day BETWEEN p.since AND p.until
        )
        WHEN 'holder' THEN EXISTS (
            SELECT FROM ledger.account AS a WHERE a.person_id = person AND a.right_id = r.right_id AND a.organisation_id = body
        )
        ELSE economy.works_at(person, body, for_day)
    END;
END $$;

-- Using ----------------------------------------------------------------------------------------------------------------------

CREATE FUNCTION economy.use_on(wanted text, for_day date) RETURNS economy.use_rule
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    found economy.use_rule;
BEGIN
    SELECT u.* INTO found FROM economy.use_rule AS u WHERE u.use = wanted AND for_day BETWEEN u.in_force AND u.until;
    RETURN found;
END $$;

-- Whether the rule lets her pay that much to that body that day; null: it does.
CREATE FUNCTION economy.refused_use(person uuid, r economy.use_rule, body uuid, amount bigint, for_day date) RETURNS economy.refusal
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    no economy.refusal := economy.refused_by_law(person, r.open_to, for_day);
BEGIN
    RETURN CASE
        WHEN NOT EXISTS (SELECT FROM people.organisation AS o WHERE o.organisation_id = body) THEN 'organisation_unknown'
        WHEN r.payee = 'holder' AND NOT economy.works_at(person, body, for_day) THEN 'not_employed_there'
        WHEN NOT economy.may_be_paid(person, r, body, for_day) THEN 'payee_not_accredited'
        WHEN no IS NOT NULL THEN no
        WHEN coalesce(amount, 0) <= 0 THEN 'amount_not_positive'
        WHEN amount % r.step <> 0 THEN 'amount_not_whole'
        WHEN amount < r.least THEN 'below_minimum'
        WHEN amount > r.most THEN 'above_maximum'
    END;
END $$;

-- What a use would take: from her accounts in the order of spending, and what funders would add to it.
CREATE TYPE economy.reckoning AS (refusal economy.refusal, drawn economy.draw[], added economy.top_up[]);

-- Takes her accounts of the right for this transaction; writes nothing.
CREATE FUNCTION economy.reckon(person uuid, r economy.use_rule, body uuid, amount bigint, for_day date) RETURNS economy.reckoning
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    found economy.reckoning;
    whose uuid[] := CASE r.payee WHEN 'holder' THEN ARRAY[body] END;
BEGIN
    found.refusal := CASE WHEN r.use IS NULL THEN 'rule_unknown' ELSE economy.refused_use(person, r, body, amount, for_day) END;
    IF found.refusal IS NOT NULL THEN
        RETURN found;
    END IF;
    found.added := economy.top_ups_for(person, r.use, r.right_id, r.purpose, amount, whose, for_day);
    found.drawn := economy.plan(
        person, r.right_id, amount - (SELECT coalesce(sum(a.amount), 0) FROM unnest(found.added) AS a)::bigint,
        r.use, r.purpose, for_day, whose
    );
    IF found.drawn IS NULL THEN
        found.refusal := economy.refused_amount(person, r.right_id, amount, r.use, for_day, whose);
    END IF;
    RETURN found;
END $$;

-- The picture before she confirms: the refusal, or account by account what would be taken and added.
CREATE FUNCTION economy.look_at_use(wanted text, body uuid, amount bigint, for_day date) RETURNS economy.reckoning
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    r     economy.use_rule := economy.use_on(wanted, for_day);
    found economy.reckoning;
BEGIN
    found.refusal := economy.refused_here(ARRAY[r.right_id], for_day);
    RETURN CASE WHEN found.refusal IS NULL THEN economy.reckon((economy.sight()).person_id, r, body, amount, for_day) ELSE found END;
END $$;

-- Holds that much for the payee. `promised`: what she was told that funders add; where it is no longer so, she is asked again.
CREATE FUNCTION economy.use(
    act_id uuid, wanted text, body uuid, amount bigint, promised bigint, for_day date, OUT refusal economy.refusal
)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    seer  economy.seer := economy.sight();
    r     economy.use_rule := economy.use_on(wanted, for_day);
    found economy.reckoning;
    act   economy.act;
BEGIN
    refusal := economy.refused_here(ARRAY[r.right_id], for_day);
    IF refusal IS NOT NULL
        OR EXISTS (SELECT FROM economy.act AS a WHERE a.person_id = seer.person_id AND a.act_id = use.act_id) THEN
        RETURN;
    END IF;
    found := economy.reckon(seer.person_id, r, body, amount, for_day);
    refusal := coalesce(found.refusal, CASE
        WHEN (SELECT coalesce(sum(a.amount), 0) FROM unnest(found.added) AS a) <> promised THEN 'quote_over'
    END::economy.refusal);
    IF refusal IS NOT NULL THEN
        RETURN;
    END IF;
    act := (seer.person_id, act_id, r.right_id, 'use', r.use, for_day, seer.actor, now(), jsonb_build_object(
        'takes', amount, 'from_unit', r.unit, 'payee', body, 'added', promised, 'undo_until', now() + r.undo_hours * interval '1 hour',
        'in_force', r.in_force, 'reference', r.reference,
        'had', (SELECT sum(a.credits - a.debits - a.held) FROM ledger.account AS a WHERE a.person_id = seer.person_id AND a.right_id = r.right_id)
    ))::economy.act;
    IF economy.record(act) THEN
        PERFORM economy.add_top_up(act, t) FROM unnest(found.added) AS t;
        PERFORM economy.hold_for(act, r, body, economy.plan(
            seer.person_id, r.right_id, amount, r.use, r.purpose, for_day, CASE r.payee WHEN 'holder' THEN ARRAY[body] END
        ));
    END IF;
END $$;

-- One hold for each account drawn, in order.
CREATE FUNCTION economy.hold_for(act economy.act, r economy.use_rule, body uuid, drawn economy.draw[]) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    named text := CASE r.payee WHEN 'accredited' THEN 'payee:' ELSE 'employer:' END || body;
BEGIN
    PERFORM ledger.reserve((
        act.person_id, economy.hold_of(act.act_id, d.place), d.account_id, r.right_id, r.unit, d.amount, d.protected,
        economy.counter(named, r.unit), named, 'use', 'use ' || act.act_id, act.for_day, act.made_by, act.made_at,
        CASE r.answer_days WHEN 0 THEN act.made_at + r.undo_hours * interval '1 hour' ELSE 'infinity' END,
        CASE r.answer_days WHEN 0 THEN 'infinity' ELSE act.made_at + r.answer_days * interval '1 day' END
    )::ledger.hold)
    FROM unnest(drawn) WITH ORDINALITY AS d (account_id, organisation_id, amount, protected, expires_on, place);
END $$;

CREATE FUNCTION economy.hold_of(act_id uuid, place bigint) RETURNS uuid
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT md5('hold|' || act_id || '|' || place)::uuid $$;

-- The holds of an act, those open or all, in the order in which they were drawn.
CREATE FUNCTION economy.holds_of(act economy.act, still_open boolean) RETURNS SETOF ledger.hold
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    held ledger.hold;
    place bigint := 1;
BEGIN
    LOOP
        SELECT h.* INTO held FROM ledger.hold AS h WHERE h.person_id = act.person_id AND h.hold_id = economy.hold_of(act.act_id, place);
        EXIT WHEN NOT FOUND;
        IF NOT still_open OR NOT EXISTS (
            SELECT FROM ledger.hold_end AS e WHERE e.person_id = act.person_id AND e.hold_id = held.hold_id
        ) THEN
            RETURN NEXT held;
        END IF;
        place := place + 1;
    END LOOP;
END $$;

-- She takes back what she promised, within the window.
CREATE FUNCTION economy.undo(wanted uuid, for_day date, OUT refusal economy.refusal)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    seer economy.seer := economy.sight();
    act  economy.act;
BEGIN
    SELECT a.* INTO act FROM economy.act AS a WHERE a.person_id = seer.person_id AND a.act_id = wanted AND a.kind = 'use';
    refusal := economy.refused_here(ARRAY[act.right_id], for_day);
    IF refusal IS NULL AND act.act_id IS NOT NULL THEN
        PERFORM economy.take_rights(act.person_id, ARRAY[act.right_id]);
    END IF;
    refusal := coalesce(refusal, CASE
        WHEN act.act_id IS NULL THEN 'hold_unknown'
        WHEN NOT EXISTS (SELECT FROM economy.holds_of(act, TRUE)) THEN 'hold_ended'
        WHEN (act.said ->> 'undo_until')::timestamptz <= now() THEN 'too_late_to_undo'
    END::economy.refusal);
    IF refusal IS NULL THEN
        PERFORM economy.end_holds(act, 0, seer.actor, for_day);
    END IF;
END $$;

-- What funders added for this very use.
CREATE FUNCTION economy.added_to(act economy.act) RETURNS bigint
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN (
        SELECT coalesce(sum((t.said ->> 'takes')::bigint), 0) FROM economy.act AS t
        WHERE t.person_id = act.person_id AND t.kind = 'top_up' AND t.said ->> 'for_act' = act.act_id::text
    );
END $$;

-- How much of a hold may go to what is due of its act. What a funder added for this very use pays what its rule would have added to
-- that much, and no more: a course cut short would otherwise be paid by its funders alone.
CREATE FUNCTION economy.settles_at_most(act economy.act, held ledger.hold, due bigint) RETURNS bigint
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    others bigint;  -- what other pots pay, which no rule matches
    own    bigint;
    base   bigint;
    part   bigint;
    added  record;
BEGIN
    SELECT coalesce(sum(h.amount) FILTER (WHERE p.pot_id IS NOT NULL), 0) - economy.added_to(act),
        coalesce(sum(h.amount) FILTER (WHERE p.pot_id IS NULL), 0)
    INTO others, own
    FROM economy.holds_of(act, FALSE) AS h
    JOIN ledger.account AS a ON a.person_id = h.person_id AND a.account_id = h.account_id
    LEFT JOIN economy.pot AS p ON p.pot_id = a.organisation_id;
    base := greatest(due - others, 0);
    FOR added IN
        SELECT r.how, r.for_each, r.adds, (t.said ->> 'takes')::bigint AS amount,
            ledger.account_of(t.person_id, t.right_id, (t.said ->> 'pot')::uuid) AS account_id
        FROM economy.act AS t JOIN economy.top_up_rule AS r ON r.rule = t.rule AND r.in_force = (t.said ->> 'in_force')::date
        WHERE t.person_id = act.person_id AND t.kind = 'top_up' AND t.said ->> 'for_act' = act.act_id::text
        ORDER BY r.how, r.rule
    LOOP
        part := least(added.amount, CASE added.how
            WHEN 'matching' THEN div(base::numeric * added.adds, added.for_each + added.adds)::bigint
            ELSE greatest(base - own, 0)
        END);
        base := base - part;
        IF added.account_id = held.account_id THEN
            RETURN held.amount - added.amount + part;
        END IF;
    END LOOP;
    RETURN held.amount;
END $$;

-- Ends every open hold of an act: settles so much in all, first what was drawn first, and lets the rest go.
CREATE FUNCTION economy.end_holds(act economy.act, settling bigint, by_whom text, for_day date) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    left_over bigint := settling;
    part      bigint;
    held      ledger.hold;
BEGIN
    FOR held IN SELECT * FROM economy.holds_of(act, TRUE) LOOP
        part := least(left_over, held.amount, economy.settles_at_most(act, held, settling));
        PERFORM ledger.end_hold(
            act.person_id, held.hold_id, CASE part WHEN 0 THEN 'released' ELSE 'settled' END, part, by_whom, now(), for_day
        );
        left_over := left_over - part;
    END LOOP;
    PERFORM economy.return_unspent(act, for_day);
END $$;

-- The payee's word, by a named command: it settles so much, the rest is let go; nothing: it lets all go.
CREATE FUNCTION economy.settle_use(wanted uuid, body uuid, amount bigint, by_whom text, for_day date) RETURNS economy.refusal
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    act     economy.act;
    refusal economy.refusal;
BEGIN
    SELECT a.* INTO act FROM economy.act AS a WHERE a.act_id = wanted AND a.kind = 'use' AND a.said ->> 'payee' = body::text;
    IF act.act_id IS NOT NULL THEN
        -- What time has ended is let go first: a word that comes after its term settles nothing.
        PERFORM economy.catch_up(act.person_id, for_day);
        PERFORM economy.take_rights(act.person_id, ARRAY[act.right_id]);
    END IF;
    refusal := CASE
        WHEN act.act_id IS NULL THEN 'hold_unknown'
        WHEN NOT EXISTS (SELECT FROM economy.holds_of(act, TRUE)) THEN 'hold_ended'
        WHEN coalesce(amount, -1) < 0 THEN 'amount_not_positive'
        WHEN amount > (act.said ->> 'takes')::bigint THEN 'above_maximum'
        WHEN amount > 0 AND (act.said ->> 'undo_until')::timestamptz > now() THEN 'undo_window_open'
    END;
    IF refusal IS NULL THEN
        PERFORM economy.end_holds(act, amount, by_whom, for_day);
    END IF;
    RETURN refusal;
END $$;

-- Just in time ----------------------------------------------------------------------------------------------------------------

-- Ends what time has ended, for one person: holds past their term, what a use did not spend, pots past their day. How many.
-- With nothing to do: one look at her accounts.
CREATE FUNCTION economy.catch_up(person uuid, for_day date) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    ending uuid[];
    done   integer;
BEGIN
    PERFORM economy.refuse_to_others(person, for_day);
    IF NOT EXISTS (
        SELECT FROM ledger.account AS a LEFT JOIN economy.pot AS p ON p.pot_id = a.organisation_id
        WHERE a.person_id = person AND (a.held > 0 OR (p.expires_on <= for_day AND a.credits - a.debits > 0))
    ) THEN
        RETURN 0;
    END IF;
    PERFORM ledger.take_all(person, now());
    ending := ARRAY (SELECT DISTINCT split_part(h.reason, ' ', 2)::uuid FROM ledger.holds_over(person, now()) AS h WHERE h.kind = 'use');
    done := ledger.end_holds_over(person, now(), for_day);
    PERFORM economy.return_unspent(a, catch_up.for_day) FROM economy.act AS a WHERE a.person_id = person AND a.act_id = ANY (ending);
    RETURN done + economy.return_expired(person, for_day);
END $$;

-- The next persons whom time concerns: what a batch walks through.
CREATE FUNCTION economy.persons_to_catch_up(above uuid, for_day date, most integer) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN QUERY
    SELECT found.person_id FROM (
        SELECT h.person_id FROM ledger.persons_with_holds_over(above, now(), most) AS h (person_id)
        UNION
        (SELECT DISTINCT a.person_id FROM economy.pot AS p
        JOIN economy.act AS t ON t.kind = 'top_up' AND t.said ->> 'pot' = p.pot_id::text
        JOIN ledger.account AS a ON a.person_id = t.person_id AND a.account_id = ledger.account_of(t.person_id, p.right_id, p.pot_id)
        WHERE p.expires_on <= persons_to_catch_up.for_day AND a.person_id > above AND a.credits - a.debits - a.held > 0
        ORDER BY 1 LIMIT most)
    ) AS found
    ORDER BY found.person_id LIMIT most;
END $$;

REVOKE ALL ON FUNCTION economy.accredit, economy.end_accreditation, economy.workplaces, economy.works_at, economy.held_at_work,
    economy.held_at_work_shown, economy.may_be_paid, economy.use_on,
    economy.refused_use, economy.reckon, economy.look_at_use, economy.use, economy.hold_for, economy.hold_of, economy.holds_of,
    economy.undo, economy.added_to, economy.settles_at_most, economy.end_holds, economy.settle_use, economy.catch_up, economy.persons_to_catch_up FROM PUBLIC;
GRANT SELECT ON economy.use_rule, economy.payee, economy.employed_as TO cspu_batch, cspu_web;
GRANT EXECUTE ON FUNCTION economy.held_at_work_shown, economy.hold_of, economy.catch_up TO cspu_batch, cspu_web;
GRANT EXECUTE ON FUNCTION economy.look_at_use, economy.use, economy.undo TO cspu_web;
GRANT EXECUTE ON FUNCTION economy.accredit, economy.end_accreditation, economy.settle_use, economy.persons_to_catch_up TO cspu_batch;
