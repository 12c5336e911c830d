-- Conversions: a quote first, then exactly that quote.
--
-- Note [exact, then rounded once]. A rate is a fraction: `gives` smallest units of one right for `takes` of another. What
-- comes out is rounded once, as the rule says; what rounding leaves is an exact fraction of the smallest unit, said in the
-- quote and, at its value in points (to a ten-thousandth), credited to the person's own account of common points.
--
-- Note [by way of points]. A rule without a rate of its own goes by the published values of the two units on the day.

CREATE TABLE economy.conversion (
    rule          text NOT NULL,
    in_force      date NOT NULL,
    until         date NOT NULL,
    from_right    text NOT NULL,
    from_unit     text NOT NULL,
    to_right      text NOT NULL,
    to_unit       text NOT NULL,
    takes         bigint,
    gives         bigint,
    rate_from     text NOT NULL,
    rate_share    integer NOT NULL,
    with_the_same boolean NOT NULL,
    stays_protected boolean NOT NULL,
    step          bigint NOT NULL,
    least         bigint NOT NULL,
    most_a_year   bigint NOT NULL,
    most_ever     bigint NOT NULL,
    rounding      text NOT NULL,
    purpose       boolean NOT NULL,
    open_to       text NOT NULL,
    quote_minutes integer NOT NULL,
    label_fr      text NOT NULL,
    label_en      text NOT NULL,
    reference     text NOT NULL,
    url           text NOT NULL,
    assumption    boolean NOT NULL,
    bounded_by    text NOT NULL DEFAULT '',
    at_work       boolean NOT NULL DEFAULT FALSE,
    PRIMARY KEY (rule, in_force),
    CONSTRAINT conversion_changes_the_right CHECK (from_right <> to_right),
    CONSTRAINT conversion_rate_whole CHECK ((takes IS NULL) = (gives IS NULL) AND takes > 0 AND gives > 0),
    CONSTRAINT conversion_has_one_rate CHECK (rate_from = '' OR takes IS NULL),
    CONSTRAINT conversion_share_of_ten_thousand CHECK (rate_share BETWEEN 1 AND 10000),
    CONSTRAINT conversion_bounds_in_order CHECK (step > 0 AND least > 0 AND most_a_year >= least AND most_ever >= least),
    CONSTRAINT conversion_quotes_hold_a_while CHECK (quote_minutes > 0),
    CONSTRAINT conversion_rounding_known CHECK (rounding IN ('down', 'half_up'))
);
COMMENT ON TABLE economy.conversion IS
    'Rules of conversion by version: amounts in smallest units. takes and gives null: by way of points, or of rate_from: the right whose amount is the price of one whole unit, at rate_share ten-thousandths. with_the_same: what comes out is held with the same employer. stays_protected: what comes out is protected there. open_to: the right of the law that must be answered yes (empty: none). bounded_by: the attribute that says how much is left of it elsewhere (empty: none). at_work: only what is held with an employer for which she works that day.';

CREATE TABLE economy.quote (
    person_id   uuid NOT NULL,
    quote_id    uuid NOT NULL,
    right_id    text NOT NULL,
    rule        text NOT NULL,
    in_force    date NOT NULL,
    for_day     date NOT NULL,
    takes       bigint NOT NULL,
    gives       bigint NOT NULL,
    left_over   numeric NOT NULL,
    had         bigint NOT NULL,
    shielded    bigint NOT NULL,
    drawn       economy.draw[] NOT NULL,
    made_at     timestamptz NOT NULL,
    valid_until timestamptz NOT NULL,
    PRIMARY KEY (person_id, quote_id),
    CONSTRAINT quote_takes_and_gives CHECK (takes > 0 AND gives > 0 AND left_over >= 0)
);
COMMENT ON TABLE economy.quote IS
    'What a conversion would do: what is given, what is got, what rounding leaves in points, what was held and is protected. Executed as it is, or not at all.';
CREATE TRIGGER quote_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON economy.quote
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_rewriting();
ALTER TABLE economy.quote ENABLE ROW LEVEL SECURITY;
CREATE POLICY command_works ON economy.quote TO cspu_batch USING (TRUE) WITH CHECK (TRUE);
CREATE POLICY request_in_sight ON economy.quote FOR SELECT TO cspu_web
    USING (person_id = kernel.in_sight() AND kernel.shows('right:' || right_id));

-- What one smallest unit is worth in points on a day.
CREATE FUNCTION economy.point_price(wanted text, for_day date) RETURNS numeric
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN (
        SELECT v.points / power(10::numeric, u.scale) FROM economy.point_value AS v JOIN ledger.unit AS u USING (unit)
        WHERE v.unit = wanted AND v.in_force <= for_day ORDER BY v.in_force DESC LIMIT 1
    );
END $$;

-- What comes out of `taken`: whole smallest units, and what rounding leaves, in points. It leaves nothing below zero:
-- rounding half up may give a little more than the exact value, which the clearing account then bears.
CREATE FUNCTION economy.converted(r economy.conversion, taken bigint, for_day date, OUT given bigint, OUT left_over numeric)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    worth     numeric := economy.point_price(r.to_unit, for_day);
    upper_part numeric := taken * coalesce(r.gives, economy.point_price(r.from_unit, for_day));
    divisor   numeric := coalesce(r.takes, worth);
BEGIN
    given := CASE r.rounding WHEN 'down' THEN div(upper_part, divisor) ELSE round(upper_part / divisor) END;
    left_over := greatest(trunc((upper_part - given * divisor) * worth / divisor, 4), 0);
END $$;

-- How much a person has already converted by a rule, since a day.
CREATE FUNCTION economy.converted_since(person uuid, wanted text, since date) RETURNS bigint
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN (
        SELECT coalesce(sum((a.said ->> 'takes')::bigint), 0) FROM economy.act AS a
        WHERE a.person_id = person AND a.kind = 'conversion' AND a.rule = wanted AND a.for_day >= since
    );
END $$;

-- How much is left where it is also spent elsewhere: what was told of it last, less what was converted since the day it tells of;
-- null: nothing was told.
CREATE FUNCTION economy.left_elsewhere(person uuid, r economy.conversion, for_day date) RETURNS bigint
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN (
        SELECT (a.value::numeric * power(10::numeric, u.scale))::bigint
            - economy.converted_since(person, r.rule, coalesce(lower(a.valid), '-infinity'))
        FROM lifecourse.attribute AS a JOIN ledger.unit AS u ON u.unit = r.from_unit
        WHERE a.person_id = person AND a.attribute = r.bounded_by AND a.recorded_to = 'infinity' AND a.valid @> for_day
        ORDER BY a.asserted_for DESC, a.value LIMIT 1
    );
END $$;

-- What another right gives her that day, in smallest units; null: nothing, or unknown.
CREATE FUNCTION economy.amount_of(person uuid, wanted text, for_day date) RETURNS bigint
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    given bigint;
BEGIN
    IF to_regprocedure(format('entitlement.%I(uuid[], date, date)', 'judge_' || wanted)) IS NOT NULL THEN
        EXECUTE format(
            'SELECT j.amount FROM entitlement.%I(ARRAY[$1], $2, ''infinity'') AS j'
            ' WHERE $2 BETWEEN j.period_start AND j.period_end AND j.entitled ORDER BY j.amount LIMIT 1', 'judge_' || wanted
        ) INTO given USING person, for_day;
    END IF;
    RETURN given;
END $$;

-- The rule in force that day, with the rate that is hers where it depends on her. Hours of help come by no rule on a day on which
-- no community says how many may be held.
CREATE FUNCTION economy.conversion_on(wanted text, person uuid, for_day date) RETURNS economy.conversion
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    found economy.conversion;
BEGIN
    SELECT c.* INTO found FROM economy.conversion AS c WHERE c.rule = wanted AND for_day BETWEEN c.in_force AND c.until
        AND (c.to_right <> 'help_hours' OR (economy.any_community(for_day)).community IS NOT NULL);
    IF found.rate_from <> '' THEN
        found.gives := economy.amount_of(person, found.rate_from, for_day) * found.rate_share;
        found.takes := CASE WHEN found.gives > 0 THEN 10000 * power(10::numeric, (SELECT u.scale FROM ledger.unit AS u WHERE u.unit = found.from_unit)) END;
    END IF;
    RETURN found;
END $$;

-- Whether the rule lets that much be converted by her that day; null: it does.
CREATE FUNCTION economy.refused_conversion(person uuid, r economy.conversion, taken bigint, for_day date) RETURNS economy.refusal
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    no economy.refusal := economy.refused_by_law(person, r.open_to, for_day);
BEGIN
    RETURN CASE
        WHEN r.at_work AND economy.held_at_work(person, r.from_right, for_day) = '{}' THEN 'not_employed_there'
        WHEN no IS NOT NULL THEN no
        WHEN r.rate_from <> '' AND r.takes IS NULL THEN 'entitlement_unknown'
        WHEN r.bounded_by <> '' AND economy.left_elsewhere(person, r, for_day) IS NULL THEN 'entitlement_unknown'
        WHEN coalesce(taken, 0) <= 0 THEN 'amount_not_positive'
        WHEN taken % r.step <> 0 THEN 'amount_not_whole'
        WHEN taken < r.least THEN 'below_minimum'
        WHEN economy.converted_since(person, r.rule, date_trunc('year', for_day)::date) + taken > r.most_a_year
            OR economy.converted_since(person, r.rule, '-infinity') + taken > r.most_ever
            OR (r.bounded_by <> '' AND taken > economy.left_elsewhere(person, r, for_day)) THEN 'above_maximum'
        WHEN (SELECT c.given FROM economy.converted(r, taken, for_day) AS c) < 1 THEN 'gives_nothing'
    END;
END $$;

-- Whether what comes out may be held: hours of help have a ceiling, however they come. Null: it may.
CREATE FUNCTION economy.refused_ceiling(person uuid, wanted text, given bigint, for_day date) RETURNS economy.refusal
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN CASE WHEN wanted = 'help_hours' AND coalesce((
        SELECT a.credits - a.debits FROM ledger.account AS a
        WHERE a.person_id = person AND a.account_id = ledger.account_of(person, wanted, '00000000-0000-0000-0000-000000000000')
    ), 0) + given > (economy.any_community(for_day)).ceiling THEN 'above_limit' END;
END $$;

-- Says what a conversion would do, and keeps that as long as the rule says. Idempotent by the quote's id.
CREATE FUNCTION economy.quote(quote uuid, wanted text, taken bigint, for_day date, OUT refusal economy.refusal)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    person uuid := (economy.sight()).person_id;
    r      economy.conversion := economy.conversion_on(wanted, person, for_day);
    held_with uuid[];
    drawn  economy.draw[];
    said   record;
BEGIN
    refusal := coalesce(
        economy.refused_here(ARRAY[r.from_right, r.to_right], for_day),
        CASE WHEN r.rule IS NULL THEN 'rule_unknown' ELSE economy.refused_conversion(person, r, taken, for_day) END
    );
    IF refusal IS NOT NULL THEN
        RETURN;
    END IF;
    held_with := CASE WHEN r.at_work THEN economy.held_at_work(person, r.from_right, for_day) END;
    drawn := economy.plan(person, r.from_right, taken, r.rule, r.purpose, for_day, held_with);
    IF drawn IS NULL THEN
        refusal := economy.refused_amount(person, r.from_right, taken, r.rule, for_day, held_with);
        RETURN;
    END IF;
    SELECT c.given, c.left_over INTO said FROM economy.converted(r, taken, for_day) AS c;
    refusal := economy.refused_ceiling(person, r.to_right, said.given, for_day);
    IF refusal IS NOT NULL THEN
        RETURN;
    END IF;
    INSERT INTO economy.quote
    SELECT person, quote, r.from_right, r.rule, r.in_force, for_day, taken, said.given, said.left_over,
        sum(a.credits - a.debits - a.held), sum(a.protected), drawn, now(), now() + r.quote_minutes * interval '1 minute'
    FROM ledger.account AS a WHERE a.person_id = person AND a.right_id = r.from_right
    ON CONFLICT DO NOTHING;
END $$;

-- Why a quote can no longer be executed as it is: the rule is another (whose bounds say nothing of it), the rule's own bounds,
-- what is held, then that its time is over or the accounts have changed. Null: it can.
CREATE FUNCTION economy.refused_quote(q economy.quote, r economy.conversion) RETURNS economy.refusal
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    held_with uuid[] := CASE WHEN r.at_work THEN economy.held_at_work(q.person_id, r.from_right, q.for_day) END;
    drawn   economy.draw[];
    refusal economy.refusal;
BEGIN
    IF r.in_force IS DISTINCT FROM q.in_force THEN
        RETURN 'quote_over';
    END IF;
    refusal := economy.refused_conversion(q.person_id, r, q.takes, q.for_day);
    IF refusal IS NOT NULL THEN
        RETURN refusal;
    END IF;
    drawn := economy.plan(q.person_id, r.from_right, q.takes, r.rule, r.purpose, q.for_day, held_with);
    RETURN CASE
        WHEN drawn IS NULL THEN economy.refused_amount(q.person_id, r.from_right, q.takes, r.rule, q.for_day, held_with)
        WHEN q.valid_until < now() OR drawn IS DISTINCT FROM q.drawn THEN 'quote_over'
        ELSE economy.refused_ceiling(q.person_id, r.to_right, q.gives, q.for_day)
    END;
END $$;

-- Executes exactly that quote, or says why not.
CREATE FUNCTION economy.convert(quote uuid, OUT refusal economy.refusal)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    seer economy.seer := economy.sight();
    q    economy.quote;
    r    economy.conversion;
    act  economy.act;
BEGIN
    SELECT k.* INTO q FROM economy.quote AS k WHERE k.person_id = seer.person_id AND k.quote_id = quote;
    r := economy.conversion_on(q.rule, q.person_id, q.for_day);
    -- Her quote's day was asked when it was made: it may be over, where midnight came in between.
    refusal := economy.refused_here(ARRAY[r.from_right, r.to_right]);
    refusal := coalesce(refusal, CASE
        WHEN q.quote_id IS NULL THEN 'quote_unknown'
        WHEN economy.done_already(seer.person_id, quote) THEN 'quote_used'
    END::economy.refusal);
    IF refusal IS NOT NULL THEN
        RETURN;
    END IF;
    -- The accounts are taken before the quote is compared with them: what was promised is what they still hold.
    PERFORM economy.take_rights(q.person_id, ARRAY[r.from_right, r.to_right, 'points']);
    refusal := economy.refused_quote(q, r);
    IF refusal IS NOT NULL THEN
        RETURN;
    END IF;
    IF r.to_right = 'help_hours' THEN
        PERFORM economy.open_hours(q.person_id, economy.any_community(q.for_day));
    END IF;
    act := (q.person_id, quote, r.from_right, 'conversion', r.rule, q.for_day, seer.actor, now(), jsonb_build_object(
        'takes', q.takes, 'gives', q.gives, 'left_over', q.left_over, 'to_right', r.to_right, 'from_unit', r.from_unit,
        'to_unit', r.to_unit, 'in_force', r.in_force, 'shielded', q.shielded, 'had', q.had, 'reference', r.reference
    ))::economy.act;
    IF NOT economy.record(act) THEN
        refusal := 'quote_used';
        RETURN;
    END IF;
    PERFORM economy.post(act, economy.conversion_moves(act, r, q));
END $$;

-- Out of each account drawn, into the other right; what rounding leaves, into her common points.
CREATE FUNCTION economy.conversion_moves(act economy.act, r economy.conversion, q economy.quote) RETURNS ledger.proposal[]
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    nobody   uuid := '00000000-0000-0000-0000-000000000000';
    clearing text := 'clearing:' || r.from_unit || '>' || r.to_unit;
    moves    ledger.proposal[] := ARRAY (
        SELECT economy.move(q.person_id, r.from_right, d.organisation_id, r.from_unit, -d.amount, -d.protected, clearing, act)
        FROM unnest(q.drawn) AS d
    );
    residue  bigint := q.left_over * 10000;
BEGIN
    -- Held with the same employers in the same proportions, or with none: each one's part is what the sum so far gives more than
    -- before.
    moves := moves || ARRAY (
        SELECT economy.move(
            q.person_id, r.to_right, e.held_with, r.to_unit, sum(e.part)::bigint,
            CASE WHEN r.stays_protected THEN sum(e.part)::bigint ELSE 0 END, clearing, act
        )
        FROM (
            SELECT CASE WHEN r.with_the_same THEN d.organisation_id ELSE nobody END AS held_with,
                d.given - lag(d.given, 1, 0::bigint) OVER (ORDER BY d.place) AS part
            FROM (
                SELECT p.organisation_id, p.place, div(q.gives::numeric * sum(p.amount) OVER (ORDER BY p.place), q.takes)::bigint AS given
                FROM unnest(q.drawn) WITH ORDINALITY AS p (account_id, organisation_id, amount, protected, expires_on, place)
            ) AS d
        ) AS e
        GROUP BY e.held_with
    );
    IF residue > 0 THEN
        moves := moves || economy.move(q.person_id, 'points', nobody, 'point', residue, 0, clearing, act);
    END IF;
    RETURN moves;
END $$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA economy FROM PUBLIC;
GRANT SELECT ON ALL TABLES IN SCHEMA economy TO cspu_batch, cspu_web;
GRANT EXECUTE ON FUNCTION economy.quote(uuid, text, bigint, date), economy.convert, economy.left_elsewhere, economy.converted_since TO cspu_batch, cspu_web;
