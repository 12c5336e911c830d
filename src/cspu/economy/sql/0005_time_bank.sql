-- Time banks: an hour given is an hour to receive.
--
-- Note [two sides confirm]. An exchange begins with an answer to an offer or a request. The hours are proposed by one side
-- and move when the other confirms that very proposal, or are contested in words; both transfers are posted at once, by way of
-- the community's clearing account. Nobody is ranked: what others see is the words and the first name that she chose.
--
-- Note [limits hold by constraints]. How far below zero and how high an account may go are columns of the account; the hours of
-- a month are a row of their own. Whatever happens at once, a posting that would break one of them is not written.
--
-- Note [care is counted apart]. Hours earned by helping somebody elderly are also counted as care: they alone may be passed to
-- a relative, here or in another instance, as in the Japanese model.

CREATE TABLE economy.community (
    community    text NOT NULL,
    in_force     date NOT NULL,
    until        date NOT NULL,
    overdraft    bigint NOT NULL,
    ceiling      bigint NOT NULL,
    most_a_month bigint NOT NULL,
    step         bigint NOT NULL,
    notice_days  integer NOT NULL,
    label_fr     text NOT NULL,
    label_en     text NOT NULL,
    reference    text NOT NULL,
    assumption   boolean NOT NULL,
    PRIMARY KEY (community, in_force),
    CONSTRAINT community_limits_make_sense CHECK (overdraft >= 0 AND ceiling > 0 AND most_a_month > 0 AND step > 0 AND notice_days > 0)
);
CREATE TABLE economy.notice (
    person_id   uuid NOT NULL,
    notice_id   uuid NOT NULL,
    right_id    text NOT NULL,
    kind        text NOT NULL,
    community   text NOT NULL,
    care        boolean NOT NULL,
    first_name  text NOT NULL,
    words       text NOT NULL,
    made_at     timestamptz NOT NULL,
    valid_until date NOT NULL,
    PRIMARY KEY (person_id, notice_id),
    CONSTRAINT notice_kind_known CHECK (kind IN ('offer', 'request')),
    CONSTRAINT notice_says_something CHECK (length(first_name) BETWEEN 1 AND 40 AND length(words) BETWEEN 1 AND 500)
);
CREATE INDEX notice_by_id ON economy.notice (notice_id);
COMMENT ON TABLE economy.notice IS 'What somebody offers or asks for: others read the words and the first name, and nothing else.';
CREATE TABLE economy.notice_end (
    person_id uuid NOT NULL,
    notice_id uuid NOT NULL,
    right_id  text NOT NULL,
    ended_at  timestamptz NOT NULL,
    PRIMARY KEY (person_id, notice_id),
    FOREIGN KEY (person_id, notice_id) REFERENCES economy.notice
);
CREATE TABLE economy.exchange (
    exchange_id uuid PRIMARY KEY,
    notice_id   uuid NOT NULL,
    owner_id    uuid NOT NULL,
    other_id    uuid NOT NULL,
    owner_helps boolean NOT NULL,
    community   text NOT NULL,
    care        boolean NOT NULL,
    owner_name  text NOT NULL,
    other_name  text NOT NULL,
    opened_at   timestamptz NOT NULL,
    CONSTRAINT exchange_is_between_two CHECK (owner_id <> other_id),
    CONSTRAINT exchange_names_both CHECK (length(other_name) BETWEEN 1 AND 40)
);
CREATE INDEX exchange_by_owner ON economy.exchange (owner_id);
CREATE INDEX exchange_by_other ON economy.exchange (other_id);
COMMENT ON TABLE economy.exchange IS 'Between whoever posted a notice (owner) and whoever answered (other). No request reads who they are.';
CREATE TABLE economy.exchange_move (
    exchange_id uuid NOT NULL,
    rank        integer NOT NULL,
    move_id     uuid NOT NULL,
    owners      boolean NOT NULL,
    move        text NOT NULL,
    hours       bigint NOT NULL,
    for_day     date NOT NULL,
    words       text NOT NULL,
    made_at     timestamptz NOT NULL,
    PRIMARY KEY (exchange_id, rank),
    CONSTRAINT exchange_move_known CHECK (move IN ('said', 'proposed', 'contested', 'confirmed', 'left')),
    CONSTRAINT exchange_move_counts_hours CHECK ((hours > 0) = (move IN ('proposed', 'confirmed'))),
    CONSTRAINT exchange_move_says CHECK (length(words) <= 1000 AND (move NOT IN ('said', 'contested') OR words <> ''))
);
COMMENT ON COLUMN economy.exchange_move.owners IS 'Made by the side that posted the notice.';
CREATE TABLE economy.helped_month (
    person_id uuid NOT NULL,
    month     date NOT NULL,
    right_id  text NOT NULL,
    hours     bigint NOT NULL,
    most      bigint NOT NULL,
    PRIMARY KEY (person_id, month),
    CONSTRAINT helped_month_within_its_limit CHECK (hours <= most)
);
CREATE TABLE economy.care (
    person_id uuid PRIMARY KEY,
    right_id  text NOT NULL,
    earned    bigint NOT NULL,
    CONSTRAINT care_grows CHECK (earned > 0)
);
COMMENT ON TABLE economy.care IS 'Hours earned by helping somebody elderly: how many may be passed to a relative in all.';

CREATE TRIGGER notice_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON economy.notice
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_rewriting();
CREATE TRIGGER notice_end_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON economy.notice_end
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_rewriting();
CREATE TRIGGER exchange_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON economy.exchange
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_rewriting();
CREATE TRIGGER exchange_move_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON economy.exchange_move
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_rewriting();

ALTER TABLE economy.notice ENABLE ROW LEVEL SECURITY;
CREATE POLICY command_works ON economy.notice TO cspu_batch USING (TRUE) WITH CHECK (TRUE);
CREATE POLICY request_in_sight ON economy.notice FOR SELECT TO cspu_web
    USING (person_id = kernel.in_sight() AND kernel.shows('right:' || right_id));
ALTER TABLE economy.notice_end ENABLE ROW LEVEL SECURITY;
CREATE POLICY command_works ON economy.notice_end TO cspu_batch USING (TRUE) WITH CHECK (TRUE);
CREATE POLICY request_in_sight ON economy.notice_end FOR SELECT TO cspu_web
    USING (person_id = kernel.in_sight() AND kernel.shows('right:' || right_id));
ALTER TABLE economy.exchange ENABLE ROW LEVEL SECURITY;
CREATE POLICY command_works ON economy.exchange TO cspu_batch USING (TRUE) WITH CHECK (TRUE);
ALTER TABLE economy.exchange_move ENABLE ROW LEVEL SECURITY;
CREATE POLICY command_works ON economy.exchange_move TO cspu_batch USING (TRUE) WITH CHECK (TRUE);
ALTER TABLE economy.helped_month ENABLE ROW LEVEL SECURITY;
CREATE POLICY command_works ON economy.helped_month TO cspu_batch USING (TRUE) WITH CHECK (TRUE);
CREATE POLICY request_in_sight ON economy.helped_month FOR SELECT TO cspu_web
    USING (person_id = kernel.in_sight() AND kernel.shows('right:' || right_id));
ALTER TABLE economy.care ENABLE ROW LEVEL SECURITY;
CREATE POLICY command_works ON economy.care TO cspu_batch USING (TRUE) WITH CHECK (TRUE);
CREATE POLICY request_in_sight ON economy.care FOR SELECT TO cspu_web
    USING (person_id = kernel.in_sight() AND kernel.shows('right:' || right_id));

CREATE FUNCTION economy.community_on(wanted text, for_day date) RETURNS economy.community
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    found economy.community;
BEGIN
    SELECT c.* INTO found FROM economy.community AS c WHERE c.community = wanted AND for_day BETWEEN c.in_force AND c.until;
    RETURN found;
END $$;

-- Whose limits an account of hours has where no exchange names a community: the first in force.
CREATE FUNCTION economy.any_community(for_day date) RETURNS economy.community
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    found economy.community;
BEGIN
    SELECT c.* INTO found FROM economy.community AS c WHERE for_day BETWEEN c.in_force AND c.until ORDER BY c.community LIMIT 1;
    RETURN found;
END $$;

-- Gives an account of hours its limits, opening it where there is none. What is already beyond a new limit stays as it is.
CREATE FUNCTION economy.open_hours(person uuid, rules economy.community) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    nobody uuid := '00000000-0000-0000-0000-000000000000';
BEGIN
    INSERT INTO ledger.account AS a (
        person_id, account_id, right_id, organisation_id, unit, credits, debits, protected, length, overdraft, ceiling
    ) VALUES (
        person, ledger.account_of(person, 'help_hours', nobody), 'help_hours', nobody, 'hour', 0, 0, 0, 0, rules.overdraft, rules.ceiling
    )
    ON CONFLICT (person_id, account_id) DO UPDATE SET
        overdraft = greatest(excluded.overdraft, a.debits + a.held - a.credits),
        ceiling = greatest(excluded.ceiling, a.credits - a.debits)
    WHERE (a.overdraft, a.ceiling) IS DISTINCT FROM
        (greatest(excluded.overdraft, a.debits + a.held - a.credits), greatest(excluded.ceiling, a.credits - a.debits));
END $$;

-- Takes accounts of hours (ledger, Note [one order of accounts]).
CREATE FUNCTION economy.take_hours(persons uuid[]) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM ledger.take(p.person, ledger.account_of(p.person, 'help_hours', '00000000-0000-0000-0000-000000000000'))
    FROM (SELECT k.person FROM unnest(persons) AS k (person) ORDER BY 1) AS p;
END $$;

-- Offers and requests -------------------------------------------------------------------------------------------------------

CREATE FUNCTION economy.post_notice(
    notice uuid, wanted text, chosen text, is_care boolean, name text, said text, for_day date, days integer, OUT refusal economy.refusal
)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    person uuid := (economy.sight()).person_id;
    rules  economy.community := economy.community_on(chosen, for_day);
BEGIN
    refusal := coalesce(economy.refused_here('{help_hours}', for_day), CASE
        WHEN rules.community IS NULL OR wanted NOT IN ('offer', 'request') THEN 'rule_unknown'::economy.refusal
        ELSE economy.refused_by_law(person, 'help_hours', for_day)
    END, CASE
        WHEN coalesce(days, 0) < 1 THEN 'amount_not_positive'
        WHEN days > rules.notice_days THEN 'above_maximum'
        WHEN coalesce(length(name), 0) NOT BETWEEN 1 AND 40 OR coalesce(length(said), 0) NOT BETWEEN 1 AND 500 THEN 'words_missing'
    END::economy.refusal);
    IF refusal IS NULL THEN
        INSERT INTO economy.notice
        VALUES (person, notice, 'help_hours', wanted, chosen, is_care, name, said, now(), for_day + days)
        ON CONFLICT DO NOTHING;
    END IF;
END $$;

CREATE FUNCTION economy.end_notice(notice uuid, OUT refusal economy.refusal)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    person uuid := (economy.sight()).person_id;
BEGIN
    refusal := coalesce(economy.refused_here('{help_hours}'), CASE
        WHEN NOT EXISTS (SELECT FROM economy.notice AS n WHERE n.person_id = person AND n.notice_id = notice) THEN 'offer_unknown'
        WHEN EXISTS (SELECT FROM economy.notice_end AS e WHERE e.person_id = person AND e.notice_id = notice) THEN 'offer_closed'
    END::economy.refusal);
    IF refusal IS NULL THEN
        INSERT INTO economy.notice_end VALUES (person, notice, 'help_hours', now()) ON CONFLICT DO NOTHING;
    END IF;
END $$;

-- What is offered and asked for, for whoever is in sight: never by whom.
CREATE FUNCTION economy.board(for_day date, most integer)
RETURNS TABLE (
    notice_id uuid, kind text, community text, care boolean, first_name text, words text, made_at timestamptz, valid_until date, mine boolean
)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF kernel.in_sight() IS NULL OR NOT kernel.shows('right:help_hours') THEN
        RETURN;
    END IF;
    RETURN QUERY
    SELECT n.notice_id, n.kind, n.community, n.care, n.first_name, n.words, n.made_at, n.valid_until, n.person_id = kernel.in_sight()
    FROM economy.notice AS n
    WHERE n.valid_until >= for_day
        AND NOT EXISTS (SELECT FROM economy.notice_end AS e WHERE e.person_id = n.person_id AND e.notice_id = n.notice_id)
    ORDER BY n.made_at DESC, n.notice_id LIMIT most;
END $$;

-- Exchanges -----------------------------------------------------------------------------------------------------------------

CREATE FUNCTION economy.answer_notice(
    exchange uuid, notice uuid, name text, said text, for_day date, OUT refusal economy.refusal
)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    person uuid := (economy.sight()).person_id;
    n      economy.notice;
BEGIN
    SELECT k.* INTO n FROM economy.notice AS k WHERE k.notice_id = notice;
    refusal := coalesce(economy.refused_here('{help_hours}', for_day),
        CASE WHEN n.notice_id IS NULL THEN 'offer_unknown' WHEN n.person_id = person THEN 'oneself' END::economy.refusal,
        economy.refused_by_law(person, 'help_hours', for_day),
        CASE
            WHEN n.valid_until < for_day OR EXISTS (
                SELECT FROM economy.notice_end AS e WHERE e.person_id = n.person_id AND e.notice_id = notice) THEN 'offer_closed'
            WHEN coalesce(length(name), 0) NOT BETWEEN 1 AND 40 OR coalesce(length(said), 0) NOT BETWEEN 1 AND 1000 THEN 'words_missing'
        END::economy.refusal);
    IF refusal IS NOT NULL THEN
        RETURN;
    END IF;
    INSERT INTO economy.exchange
    VALUES (exchange, notice, n.person_id, person, n.kind = 'offer', n.community, n.care, n.first_name, name, now())
    ON CONFLICT DO NOTHING;
    IF FOUND THEN
        PERFORM economy.write_move(exchange, exchange, FALSE, 'said', 0, for_day, said);
    END IF;
END $$;

CREATE FUNCTION economy.write_move(
    exchange uuid, step uuid, by_owner boolean, what text, counted bigint, for_day date, said text
) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO economy.exchange_move
    SELECT exchange, coalesce(max(m.rank), 0) + 1, step, by_owner, what, counted, write_move.for_day, said, now()
    FROM economy.exchange_move AS m WHERE m.exchange_id = exchange;
END $$;

-- The exchange if the person in sight is one of its sides, taken: two who act on it at once follow each other.
CREATE FUNCTION economy.exchange_of(person uuid, wanted uuid) RETURNS economy.exchange
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    found economy.exchange;
BEGIN
    SELECT x.* INTO found FROM economy.exchange AS x
    WHERE x.exchange_id = wanted AND person IN (x.owner_id, x.other_id) FOR UPDATE;
    RETURN found;
END $$;

CREATE FUNCTION economy.last_move(exchange uuid) RETURNS economy.exchange_move
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    found economy.exchange_move;
BEGIN
    SELECT m.* INTO found FROM economy.exchange_move AS m
    WHERE m.exchange_id = exchange AND m.move <> 'said' ORDER BY m.rank DESC LIMIT 1;
    RETURN found;
END $$;

-- One step of an exchange: to say something, to propose hours, to contest or confirm what the other side proposed, to leave. The
-- step's id comes from the form: sent twice, it is taken once. `proposal`: the step that is confirmed or contested.
CREATE FUNCTION economy.take_step(
    exchange uuid, step uuid, what text, counted bigint, day date, said text, proposal uuid, for_day date, OUT refusal economy.refusal
)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    seer  economy.seer := economy.sight();
    x     economy.exchange := economy.exchange_of(seer.person_id, exchange);
    last  economy.exchange_move := economy.last_move(exchange);
    rules economy.community := economy.community_on(x.community, CASE what WHEN 'proposed' THEN day ELSE coalesce(last.for_day, for_day) END);
BEGIN
    refusal := coalesce(economy.refused_here('{help_hours}', for_day, day), CASE
        WHEN what NOT IN ('said', 'proposed', 'contested', 'confirmed', 'left') THEN 'rule_unknown'
        WHEN x.exchange_id IS NOT NULL AND rules.community IS NULL THEN 'rule_unknown'
        -- Help is for a day since they met: months before would each have hours of their own to fill.
        WHEN what = 'proposed' AND day < (
            SELECT m.for_day FROM economy.exchange_move AS m WHERE m.exchange_id = exchange AND m.rank = 1
        ) THEN 'rule_unknown'
        WHEN x.exchange_id IS NULL THEN 'offer_unknown'
    END::economy.refusal);
    IF refusal IS NOT NULL OR EXISTS (SELECT FROM economy.exchange_move AS m WHERE m.exchange_id = exchange AND m.move_id = step) THEN
        RETURN;
    END IF;
    refusal := CASE
        WHEN last.move IN ('confirmed', 'left') AND what <> 'said' THEN 'offer_closed'
        WHEN what IN ('confirmed', 'contested') AND (
            last.move IS DISTINCT FROM 'proposed' OR last.move_id <> proposal OR last.owners = (x.owner_id = seer.person_id)
        ) THEN 'not_yours_to_confirm'
        WHEN what = 'proposed' AND coalesce(counted, 0) <= 0 THEN 'amount_not_positive'
        WHEN what = 'proposed' AND counted % rules.step <> 0 THEN 'amount_not_whole'
        WHEN what = 'proposed' AND counted > rules.most_a_month THEN 'above_limit'
        WHEN said IS NULL OR length(said) > 1000 OR (what IN ('said', 'contested') AND said = '') THEN 'words_missing'
    END;
    IF refusal IS NULL AND what = 'confirmed' THEN
        refusal := economy.post_help(x, last, rules, for_day, seer);
    END IF;
    IF refusal IS NULL THEN
        PERFORM economy.write_move(exchange, step, x.owner_id = seer.person_id, what,
            CASE what WHEN 'proposed' THEN counted WHEN 'confirmed' THEN last.hours ELSE 0 END,
            CASE what WHEN 'proposed' THEN day ELSE coalesce(last.for_day, for_day) END, said);
    END IF;
END $$;

-- Moves the hours that both sides agree on, or says that a limit is in the way (Note [limits hold by constraints]).
CREATE FUNCTION economy.post_help(
    x economy.exchange, agreed economy.exchange_move, rules economy.community, for_day date, seer economy.seer
) RETURNS economy.refusal
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    nobody   uuid := '00000000-0000-0000-0000-000000000000';
    helper   uuid := CASE WHEN x.owner_helps THEN x.owner_id ELSE x.other_id END;
    helped   uuid := CASE WHEN x.owner_helps THEN x.other_id ELSE x.owner_id END;
    clearing text := 'clearing:help:' || x.community;
    -- The month helped has the limits of its day; what an account may hold, those of the day on which the hours move.
    today    economy.community := economy.community_on(x.community, for_day);
    act      economy.act;
BEGIN
    IF today.community IS NULL THEN
        RETURN 'rule_unknown';
    END IF;
    PERFORM economy.open_hours(least(helper, helped), today), economy.open_hours(greatest(helper, helped), today);
    PERFORM economy.take_hours(ARRAY[helper, helped]);
    INSERT INTO economy.helped_month AS m VALUES (helper, date_trunc('month', agreed.for_day)::date, 'help_hours', agreed.hours, rules.most_a_month)
    ON CONFLICT (person_id, month) DO UPDATE SET hours = m.hours + excluded.hours, most = greatest(excluded.most, m.hours);
    IF x.care THEN
        INSERT INTO economy.care AS c VALUES (helper, 'help_hours', agreed.hours)
        ON CONFLICT (person_id) DO UPDATE SET earned = c.earned + excluded.earned;
    END IF;
    act := (helper, x.exchange_id, 'help_hours', 'help', x.community, agreed.for_day, CASE WHEN helper = seer.person_id THEN seer.actor ELSE 'exchange' END,
        now(), jsonb_build_object('gives', agreed.hours, 'to_unit', 'hour', 'care', x.care, 'reference', rules.reference))::economy.act;
    PERFORM economy.record(act);
    PERFORM economy.post(act, ARRAY[
        economy.move(helper, 'help_hours', nobody, 'hour', agreed.hours, 0, clearing, act),
        economy.move(helped, 'help_hours', nobody, 'hour', -agreed.hours, 0, clearing, act)
    ]);
    PERFORM economy.record((helped, x.exchange_id, 'help_hours', 'help', x.community, agreed.for_day,
        CASE WHEN helped = seer.person_id THEN seer.actor ELSE 'exchange' END, now(),
        jsonb_build_object('takes', agreed.hours, 'from_unit', 'hour', 'care', x.care, 'reference', rules.reference))::economy.act);
    RETURN NULL;
EXCEPTION WHEN check_violation THEN
    RETURN 'above_limit';
END $$;

-- Her exchanges, as she may read them: the other side is a first name.
CREATE FUNCTION economy.exchanges()
RETURNS TABLE (
    exchange_id uuid, notice text, community text, care boolean, i_help boolean, my_name text, their_name text, opened_at timestamptz,
    state text, hours bigint, for_day date, proposal uuid, mine boolean
)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    person uuid := kernel.in_sight();
BEGIN
    IF person IS NULL OR NOT kernel.shows('right:help_hours') THEN
        RETURN;
    END IF;
    RETURN QUERY
    SELECT x.exchange_id, n.words, x.community, x.care, x.owner_helps = (x.owner_id = person),
        CASE WHEN x.owner_id = person THEN x.owner_name ELSE x.other_name END,
        CASE WHEN x.owner_id = person THEN x.other_name ELSE x.owner_name END,
        x.opened_at, coalesce(m.move, 'said'), coalesce(m.hours, 0), m.for_day, m.move_id, coalesce(m.owners = (x.owner_id = person), FALSE)
    FROM economy.exchange AS x
    JOIN economy.notice AS n ON n.person_id = x.owner_id AND n.notice_id = x.notice_id
    LEFT JOIN LATERAL economy.last_move(x.exchange_id) AS m ON TRUE
    WHERE person IN (x.owner_id, x.other_id)
    ORDER BY x.opened_at DESC, x.exchange_id;
END $$;

CREATE FUNCTION economy.steps_of(exchange uuid)
RETURNS TABLE (mine boolean, move text, hours bigint, for_day date, words text, made_at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN QUERY
    SELECT m.owners = (x.owner_id = kernel.in_sight()), m.move, m.hours, m.for_day, m.words, m.made_at
    FROM economy.exchange AS x JOIN economy.exchange_move AS m USING (exchange_id)
    WHERE x.exchange_id = exchange AND kernel.in_sight() IN (x.owner_id, x.other_id) AND kernel.shows('right:help_hours')
    ORDER BY m.rank;
END $$;

-- Passing hours on ----------------------------------------------------------------------------------------------------------

-- How many hours of care she may still pass on: earned, and not on their way or gone.
CREATE FUNCTION economy.care_left(person uuid) RETURNS bigint
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN coalesce((SELECT c.earned FROM economy.care AS c WHERE c.person_id = person), 0) - coalesce((
        SELECT sum(coalesce(e.settled, h.amount)) FROM ledger.hold AS h
        LEFT JOIN ledger.hold_end AS e ON e.person_id = h.person_id AND e.hold_id = h.hold_id
        WHERE h.person_id = person AND h.right_id = 'help_hours' AND h.kind = 'gift'
    ), 0);
END $$;

-- Passes hours of care to the relative behind a code.
CREATE FUNCTION economy.pass_hours(gift uuid, code bytea, amount bigint, for_day date, OUT refusal economy.refusal)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    seer   economy.seer := economy.sight();
    nobody uuid := '00000000-0000-0000-0000-000000000000';
    rule   economy.gift_rule := economy.gift_rule_on('hours_to_kin', for_day);
    call   economy.call := economy.call_behind(code, for_day);
    given  ledger.account;
BEGIN
    refusal := coalesce(economy.refused_here('{help_hours}', for_day), CASE
        WHEN rule.rule IS NULL THEN 'rule_unknown'
        WHEN call.right_id IS DISTINCT FROM 'help_hours' THEN 'person_unknown'
        WHEN call.person_id = seer.person_id THEN 'oneself'
    END::economy.refusal);
    IF refusal IS NOT NULL OR economy.done_already(seer.person_id, gift) THEN
        RETURN;
    END IF;
    PERFORM economy.take_hours(ARRAY[seer.person_id, call.person_id]);
    given := ledger.take(seer.person_id, ledger.account_of(seer.person_id, 'help_hours', nobody));
    refusal := coalesce(economy.refused_gift_amount(rule, given, amount),
        CASE WHEN economy.care_left(seer.person_id) < amount THEN 'above_limit'::economy.refusal END);
    IF refusal IS NULL THEN
        PERFORM economy.open_hours(call.person_id, economy.any_community(for_day));
        PERFORM economy.send_gift(gift, seer, rule, given, call, amount, for_day, economy.counter('clearing:kin', 'hour'), 'clearing:kin');
    END IF;
END $$;

REVOKE ALL ON FUNCTION economy.community_on, economy.any_community, economy.open_hours, economy.take_hours, economy.post_notice, economy.end_notice, economy.board,
    economy.answer_notice, economy.write_move, economy.exchange_of, economy.last_move, economy.take_step, economy.post_help,
    economy.exchanges, economy.steps_of, economy.care_left, economy.pass_hours FROM PUBLIC;
GRANT SELECT ON ALL TABLES IN SCHEMA economy TO cspu_batch, cspu_web;
GRANT EXECUTE ON FUNCTION economy.post_notice, economy.end_notice, economy.board, economy.answer_notice, economy.take_step,
    economy.exchanges, economy.steps_of, economy.pass_hours TO cspu_batch, cspu_web;
