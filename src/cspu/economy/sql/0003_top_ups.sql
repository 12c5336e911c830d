-- Top-ups: what the State, a region, an employer, a mutual adds, by a published rule, into a pot of its own.
--
-- Note [three ways to add]. `given`: a sum, by a named command, to persons of a list or to everybody whom the law's condition
-- answers yes. `matching`: `adds` for each `for_each` that she spends herself on one use. `missing`: what a use lacks. The last
-- two are taken in the same transaction as the use, of which she saw them beforehand.
--
-- Note [few pots]. A pot ends on the first day of a month: all that one rule adds within a month is of one kind.

CREATE TABLE economy.top_up_rule (
    rule        text NOT NULL,
    in_force    date NOT NULL,
    until       date NOT NULL,
    right_id    text NOT NULL,
    unit        text NOT NULL,
    funder      text NOT NULL,
    employer    uuid NOT NULL,
    region      text NOT NULL,
    how         text NOT NULL,
    earmark     text NOT NULL,
    amount      bigint NOT NULL,
    for_each    bigint NOT NULL,
    adds        bigint NOT NULL,
    most_a_year bigint NOT NULL,
    most_ever   bigint NOT NULL,
    months      integer NOT NULL,
    open_to     text NOT NULL,
    label_fr    text NOT NULL,
    label_en    text NOT NULL,
    reference   text NOT NULL,
    url         text NOT NULL,
    assumption  boolean NOT NULL,
    PRIMARY KEY (rule, in_force),
    CONSTRAINT top_up_how_known CHECK (how IN ('given', 'matching', 'missing')),
    CONSTRAINT top_up_matches_a_rate CHECK ((how = 'matching') = (for_each > 0) AND (how = 'matching') = (adds > 0)),
    CONSTRAINT top_up_gives_a_sum CHECK ((how = 'given') = (amount > 0)),
    CONSTRAINT top_up_within_a_use_is_for_it CHECK (how = 'given' OR earmark <> ''),
    CONSTRAINT top_up_bounds CHECK (most_a_year > 0 AND most_ever > 0 AND months >= 0)
);
COMMENT ON TABLE economy.top_up_rule IS
    'What funders add, by version; amounts in smallest units. funder: counterparty. employer, region: whose employees, whose residents alone (nil, empty: no matter). earmark: the use it is marked for (empty: any). months: how long it may be spent (0: for good). open_to: the right of the law that must be answered yes (empty: none).';

CREATE TYPE economy.top_up AS (rule text, in_force date, amount bigint);

CREATE FUNCTION economy.top_up_on(wanted text, for_day date) RETURNS economy.top_up_rule
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    found economy.top_up_rule;
BEGIN
    SELECT t.* INTO found FROM economy.top_up_rule AS t WHERE t.rule = wanted AND for_day BETWEEN t.in_force AND t.until;
    RETURN found;
END $$;

-- What a rule may still add to what she has, the rest of the year and in all.
CREATE FUNCTION economy.top_up_left(person uuid, r economy.top_up_rule, for_day date) RETURNS bigint
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    -- What a use did not spend went back and counts no more; what was not used in time counts.
    RETURN (
        SELECT least(
            r.most_ever - coalesce(sum(g.amount), 0),
            r.most_a_year - coalesce(sum(g.amount) FILTER (WHERE g.for_day >= date_trunc('year', top_up_left.for_day)), 0)
        )::bigint
        FROM (
            SELECT a.for_day, CASE a.kind WHEN 'top_up' THEN 1 ELSE -1 END * (a.said ->> 'takes')::bigint AS amount
            FROM economy.act AS a WHERE a.person_id = person AND a.rule = r.rule AND a.kind IN ('top_up', 'return')
        ) AS g
    );
END $$;

CREATE FUNCTION economy.region_of(person uuid, for_day date) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN (
        SELECT a.value FROM lifecourse.attribute AS a
        WHERE a.person_id = person AND a.attribute = 'region' AND a.recorded_to = 'infinity' AND a.valid @> for_day
        ORDER BY a.asserted_for DESC, a.value LIMIT 1
    );
END $$;

-- Whether the rule is for her; null: it is.
CREATE FUNCTION economy.refused_top_up(person uuid, r economy.top_up_rule, for_day date) RETURNS economy.refusal
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN CASE
        WHEN r.employer <> '00000000-0000-0000-0000-000000000000' AND NOT economy.works_at(person, r.employer, for_day) THEN 'not_entitled'
        WHEN r.region <> '' AND economy.region_of(person, for_day) IS DISTINCT FROM r.region THEN 'not_entitled'
        ELSE economy.refused_by_law(person, r.open_to, for_day)
    END;
END $$;

-- What funders would add to a use of that much: her part is matched first, then what is lacking. All or nothing: what would
-- not make the use possible is not taken. What pots already pay is not hers to be matched.
CREATE FUNCTION economy.top_ups_for(
    person uuid, for_use text, wanted text, purpose boolean, asked bigint, held_with uuid[], for_day date
) RETURNS economy.top_up[]
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    r       economy.top_up_rule;
    added   economy.top_up[] := '{}';
    own     bigint;
    lacking bigint;
    part    bigint;
BEGIN
    SELECT greatest(asked - coalesce(sum(s.amount) FILTER (WHERE p.pot_id IS NOT NULL), 0), 0), asked - coalesce(sum(s.amount), 0)
    INTO own, lacking
    FROM economy.sources(person, wanted, for_use, purpose, for_day, held_with) AS s
    LEFT JOIN economy.pot AS p ON p.pot_id = s.organisation_id
    WHERE s.amount > 0;
    FOR r IN
        SELECT t.* FROM economy.top_up_rule AS t
        WHERE t.right_id = wanted AND t.how IN ('matching', 'missing') AND t.earmark = for_use AND for_day BETWEEN t.in_force AND t.until
        ORDER BY t.how, t.rule
    LOOP
        part := least(
            economy.top_up_left(person, r, for_day),
            CASE r.how WHEN 'matching' THEN div(own::numeric * r.adds, r.for_each + r.adds)::bigint ELSE lacking END
        );
        CONTINUE WHEN part <= 0 OR economy.refused_top_up(person, r, for_day) IS NOT NULL;
        added := added || (r.rule, r.in_force, part)::economy.top_up;
        own := own - part;
        lacking := lacking - part;
    END LOOP;
    RETURN CASE WHEN lacking > 0 THEN '{}' ELSE added END;
END $$;

-- The pot of what a rule adds that day, made when it is the first.
CREATE FUNCTION economy.pot_of(r economy.top_up_rule, for_day date) RETURNS economy.pot
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    ends  date := CASE r.months WHEN 0 THEN 'infinity' ELSE (date_trunc('month', for_day) + (r.months + 1) * interval '1 month')::date END;
    found economy.pot := (
        md5('pot|' || r.rule || '|' || r.funder || '|' || r.earmark || '|' || ends)::uuid, r.right_id, r.unit, r.label_fr, r.label_en,
        economy.counter(r.funder, r.unit), r.funder, r.earmark, ends
    )::economy.pot;
BEGIN
    INSERT INTO economy.pot SELECT found.* ON CONFLICT DO NOTHING;
    RETURN found;
END $$;

-- Adds so much to her pot, once under that act.
CREATE FUNCTION economy.pour(person uuid, act_id uuid, r economy.top_up_rule, amount bigint, for_act uuid, by_whom text, for_day date) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    pot economy.pot := economy.pot_of(r, for_day);
    act economy.act := (person, act_id, r.right_id, 'top_up', r.rule, for_day, by_whom, now(), jsonb_build_object(
        'takes', amount, 'from_unit', r.unit, 'pot', pot.pot_id, 'funder', r.funder, 'earmark', r.earmark, 'for_act', for_act,
        'expires_on', NULLIF(pot.expires_on, 'infinity'), 'in_force', r.in_force, 'reference', r.reference
    ))::economy.act;
BEGIN
    IF economy.record(act) THEN
        PERFORM economy.post(act, ARRAY[economy.move(person, r.right_id, pot.pot_id, r.unit, amount, 0, r.funder, act)]);
    END IF;
END $$;

CREATE FUNCTION economy.add_top_up(act economy.act, t economy.top_up) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM economy.pour(
        act.person_id, md5('top_up|' || act.act_id || '|' || t.rule)::uuid, economy.top_up_on(t.rule, act.for_day), t.amount,
        act.act_id, act.made_by, act.for_day
    );
END $$;

-- Gives one person what a rule gives, by a named command. The same act again is done once. Whoever is known by an employer's own
-- number alone waits: merged into somebody else, she would leave it where nobody looks.
CREATE FUNCTION economy.give_top_up(person uuid, act_id uuid, wanted text, by_whom text, for_day date) RETURNS economy.refusal
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    r       economy.top_up_rule := economy.top_up_on(wanted, for_day);
    refusal economy.refusal;
BEGIN
    IF r.rule IS NULL OR r.how <> 'given' THEN
        RETURN 'rule_unknown';
    ELSIF NOT EXISTS (SELECT FROM people.person AS p WHERE p.person_id = person AND NOT p.provisional) THEN
        RETURN 'person_unknown';
    ELSIF EXISTS (SELECT FROM economy.act AS a WHERE a.person_id = person AND a.act_id = give_top_up.act_id) THEN
        RETURN NULL;
    END IF;
    refusal := coalesce(
        economy.refused_top_up(person, r, for_day),
        CASE WHEN r.amount > economy.top_up_left(person, r, for_day) THEN 'above_maximum' END::economy.refusal
    );
    IF refusal IS NULL THEN
        PERFORM economy.pour(person, act_id, r, r.amount, NULL, by_whom, for_day);
    END IF;
    RETURN refusal;
END $$;

-- Persons of a stretch whom a rule is for: what a batch gives to.
CREATE FUNCTION economy.persons_for_top_up(wanted text, above uuid, for_day date, most integer, OUT last uuid, OUT persons uuid[])
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    r      economy.top_up_rule := economy.top_up_on(wanted, for_day);
    walked uuid[] := ARRAY (
        SELECT p.person_id FROM people.person AS p WHERE p.person_id > above AND NOT p.provisional ORDER BY p.person_id LIMIT most
    );
BEGIN
    last := walked[cardinality(walked)];
    persons := CASE r.open_to WHEN '' THEN walked ELSE ARRAY (
        SELECT DISTINCT j.person_id FROM (
            SELECT s.person_id, s.right_id, s.period_start, s.period_end, s.entitled FROM entitlement.judge_shown(walked, for_day, 'infinity') AS s
            UNION ALL
            SELECT s.person_id, s.right_id, s.period_start, s.period_end, s.entitled FROM entitlement.judge(walked, for_day, 'infinity') AS s
        ) AS j
        WHERE j.right_id = r.open_to AND j.entitled AND for_day BETWEEN j.period_start AND j.period_end
        ORDER BY j.person_id
    ) END;
END $$;

-- What goes back ---------------------------------------------------------------------------------------------------------------

-- So much of a pot back to its funder, once under that act.
CREATE FUNCTION economy.give_back_to_funder(
    person uuid, act_id uuid, pot economy.pot, why text, amount bigint, for_act uuid, for_day date
) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    act economy.act := (person, act_id, pot.right_id, 'return', why, for_day, 'time', now(), jsonb_build_object(
        'takes', amount, 'from_unit', pot.unit, 'pot', pot.pot_id, 'funder', pot.counterparty, 'for_act', for_act
    ))::economy.act;
BEGIN
    IF economy.record(act) THEN
        PERFORM economy.post(act, ARRAY[economy.move(person, pot.right_id, pot.pot_id, pot.unit, -amount, 0, pot.counterparty, act)]);
    END IF;
END $$;

-- What was added for one use and was not spent by it, once none of that use's holds on the pot is open.
CREATE FUNCTION economy.return_unspent(act economy.act, for_day date) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    added  economy.act;
    pot    economy.pot;
    a      ledger.account;
    spent  bigint;
    ended  boolean;
    amount bigint;
BEGIN
    FOR added IN
        SELECT t.* FROM economy.act AS t
        WHERE t.person_id = act.person_id AND t.kind = 'top_up' AND t.said ->> 'for_act' = act.act_id::text ORDER BY t.act_id
    LOOP
        SELECT p.* INTO pot FROM economy.pot AS p WHERE p.pot_id = (added.said ->> 'pot')::uuid;
        a := ledger.take(act.person_id, ledger.account_of(act.person_id, pot.right_id, pot.pot_id));
        SELECT coalesce(sum(e.settled), 0), bool_and(e.hold_id IS NOT NULL) INTO spent, ended
        FROM economy.holds_of(act, FALSE) AS h LEFT JOIN ledger.hold_end AS e ON e.person_id = h.person_id AND e.hold_id = h.hold_id
        WHERE h.account_id = a.account_id;
        amount := least((added.said ->> 'takes')::bigint - spent, ledger.free(a));
        IF coalesce(ended, TRUE) AND amount > 0 THEN
            PERFORM economy.give_back_to_funder(
                act.person_id, md5('unspent|' || added.act_id)::uuid, pot, added.rule, amount, act.act_id, for_day
            );
        END IF;
    END LOOP;
END $$;

-- What is left in pots past their day, but for what open holds promise: how many pots.
CREATE FUNCTION economy.return_expired(person uuid, for_day date) RETURNS integer
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    pot  economy.pot;
    a    ledger.account;
    done integer := 0;
BEGIN
    FOR pot IN
        SELECT p.* FROM ledger.account AS k JOIN economy.pot AS p ON p.pot_id = k.organisation_id
        WHERE k.person_id = person AND p.expires_on <= for_day AND k.credits - k.debits - k.held > 0 ORDER BY k.account_id
    LOOP
        a := ledger.take(person, ledger.account_of(person, pot.right_id, pot.pot_id));
        PERFORM economy.give_back_to_funder(
            person, md5('expired|' || a.account_id || '|' || a.length)::uuid, pot, '', ledger.free(a), NULL, for_day
        );
        done := done + 1;
    END LOOP;
    RETURN done;
END $$;

REVOKE ALL ON FUNCTION economy.top_up_on, economy.top_up_left, economy.region_of, economy.refused_top_up, economy.top_ups_for, economy.pot_of,
    economy.pour, economy.add_top_up, economy.give_top_up, economy.persons_for_top_up, economy.give_back_to_funder,
    economy.return_unspent, economy.return_expired FROM PUBLIC;
GRANT SELECT ON economy.top_up_rule TO cspu_batch, cspu_web;
GRANT EXECUTE ON FUNCTION economy.give_top_up, economy.persons_for_top_up TO cspu_batch;
