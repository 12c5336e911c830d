-- Gifts: rest days to a colleague in need, hours of help to a relative.
--
-- Note [need, call, code]. A third party certifies that there is a need; who has one in force opens a call, known to others
-- by a code she hands out. A donor reads nothing of the need, and the receiver nothing of the donor: the code leads from one to
-- the other in a table that no request reads.
--
-- Note [a gift is a hold with what follows]. Until the undo window is over the giver takes it back; then it leaves her account and
-- enters the receiver's in one transaction (ledger, Note [what follows a hold]), by way of a clearing account. Between two
-- employers there is one clearing account per pair, of a drawn id: computed, it would tell a receiver who her donor works for.
--
-- Note [a pool]. Days given to no call in particular wait in the pool of the employer, a counter-account, until a command of
-- its own grants them to a call, one at a time; what was not given cannot be granted.
--
-- Note [what was given stays given]. An employer's agreement is asked for on the day of the gift. Withdrawn, it ends gifts to come and
-- undoes none: days on their way arrive, and a pool goes on to certified needs until it is empty, by the calls that are open and
-- those that colleagues may still open for it. A giver gave them up for good (L1225-65-1), the employer never owned them. With no
-- need left they wait for the next one. Whoever has a call there is told that gifts have stopped, and whether days are left.

CREATE TABLE economy.gift_rule (
    rule       text NOT NULL,
    in_force   date NOT NULL,
    until      date NOT NULL,
    from_right text NOT NULL,
    to_right   text NOT NULL,
    unit       text NOT NULL,
    step       bigint NOT NULL,
    least      bigint NOT NULL,
    undo_hours integer NOT NULL,
    call_days  integer NOT NULL,
    label_fr   text NOT NULL,
    label_en   text NOT NULL,
    reference  text NOT NULL,
    url        text NOT NULL,
    assumption boolean NOT NULL,
    PRIMARY KEY (rule, in_force),
    CONSTRAINT gift_rule_bounds_in_order CHECK (step > 0 AND least > 0 AND undo_hours > 0 AND call_days > 0)
);
CREATE TABLE economy.need_kind (
    kind       text PRIMARY KEY,
    certifiers text NOT NULL,
    most_days  integer NOT NULL,
    label_fr   text NOT NULL,
    label_en   text NOT NULL,
    reference  text NOT NULL,
    url        text NOT NULL,
    CONSTRAINT need_is_certified_for_a_while CHECK (most_days > 0)
);
COMMENT ON COLUMN economy.need_kind.certifiers IS 'Roles that may certify one, separated by spaces.';

CREATE TABLE economy.gift_agreement (
    organisation_id uuid NOT NULL,
    agreed_from     date NOT NULL,
    recorded_at     timestamptz NOT NULL,
    agreed          boolean NOT NULL,
    outside         boolean NOT NULL,
    recorded_by     text NOT NULL,
    PRIMARY KEY (organisation_id, agreed_from, recorded_at)
);
COMMENT ON TABLE economy.gift_agreement IS
    'What each employer published: whether it agrees to gifts of days among its own, and outside: with those of other employers. The latest says so.';
CREATE TABLE economy.gift_pair (
    giver_id    uuid NOT NULL,
    receiver_id uuid NOT NULL,
    unit        text NOT NULL,
    counter_id  uuid NOT NULL,
    PRIMARY KEY (giver_id, receiver_id, unit)
);
COMMENT ON TABLE economy.gift_pair IS 'The clearing account of each pair of employers (Note [a gift is a hold with what follows]).';

CREATE TABLE economy.need (
    person_id       uuid NOT NULL,
    need_id         uuid NOT NULL,
    right_id        text NOT NULL,
    kind            text NOT NULL,
    organisation_id uuid NOT NULL,
    certified_by    text NOT NULL,
    certified_at    timestamptz NOT NULL,
    valid_from      date NOT NULL,
    valid_until     date NOT NULL,
    PRIMARY KEY (person_id, need_id),
    CONSTRAINT need_lasts CHECK (valid_until >= valid_from)
);
COMMENT ON TABLE economy.need IS 'That a third party certified a need, for a term. She alone reads it, and whom she lets; no donor ever does.';
CREATE TABLE economy.call (
    person_id       uuid NOT NULL,
    call_id         uuid NOT NULL,
    right_id        text NOT NULL,
    need_id         uuid,
    organisation_id uuid NOT NULL,
    opened_at       timestamptz NOT NULL,
    valid_until     date NOT NULL,
    PRIMARY KEY (person_id, call_id)
);
COMMENT ON TABLE economy.call IS
    'That she may be given something until a day, inclusive: rest days for a need, in the account held with one employer, or hours of help.';
CREATE TABLE economy.call_end (
    person_id uuid NOT NULL,
    call_id   uuid NOT NULL,
    right_id  text NOT NULL,
    ended_at  timestamptz NOT NULL,
    PRIMARY KEY (person_id, call_id),
    FOREIGN KEY (person_id, call_id) REFERENCES economy.call
);
CREATE TABLE economy.call_code (
    code_hash   bytea PRIMARY KEY,
    receiver_id uuid NOT NULL,
    call_id     uuid NOT NULL,
    CONSTRAINT call_code_is_a_sha256 CHECK (octet_length(code_hash) = 32)
);

CREATE TRIGGER gift_agreement_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON economy.gift_agreement
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_rewriting();
CREATE TRIGGER need_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON economy.need
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_rewriting();
CREATE TRIGGER call_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON economy.call
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_rewriting();
CREATE TRIGGER call_end_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON economy.call_end
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_rewriting();

ALTER TABLE economy.need ENABLE ROW LEVEL SECURITY;
CREATE POLICY command_works ON economy.need TO cspu_batch USING (TRUE) WITH CHECK (TRUE);
CREATE POLICY request_in_sight ON economy.need FOR SELECT TO cspu_web
    USING (person_id = kernel.in_sight() AND kernel.shows('right:' || right_id));
ALTER TABLE economy.call ENABLE ROW LEVEL SECURITY;
CREATE POLICY command_works ON economy.call TO cspu_batch USING (TRUE) WITH CHECK (TRUE);
CREATE POLICY request_in_sight ON economy.call FOR SELECT TO cspu_web
    USING (person_id = kernel.in_sight() AND kernel.shows('right:' || right_id));
ALTER TABLE economy.call_end ENABLE ROW LEVEL SECURITY;
CREATE POLICY command_works ON economy.call_end TO cspu_batch USING (TRUE) WITH CHECK (TRUE);
CREATE POLICY request_in_sight ON economy.call_end FOR SELECT TO cspu_web
    USING (person_id = kernel.in_sight() AND kernel.shows('right:' || right_id));
ALTER TABLE economy.call_code ENABLE ROW LEVEL SECURITY;
CREATE POLICY command_works ON economy.call_code TO cspu_batch USING (TRUE) WITH CHECK (TRUE);
ALTER TABLE economy.gift_pair ENABLE ROW LEVEL SECURITY;
CREATE POLICY command_works ON economy.gift_pair TO cspu_batch USING (TRUE) WITH CHECK (TRUE);

-- Needs ---------------------------------------------------------------------------------------------------------------------

-- By an agent of a body, of a role that the law accepts, for whoever gave her a code; her journal says so.
CREATE FUNCTION economy.write_need(
    live trust.session, agent trust.agent, code text, need uuid, wanted text, starts date, ends date, act text
) RETURNS economy.refusal
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    kind    economy.need_kind;
    person  uuid;
    refusal economy.refusal;
BEGIN
    SELECT k.* INTO kind FROM economy.need_kind AS k WHERE k.kind = wanted;
    refusal := CASE
        WHEN agent.agent_id IS NULL THEN 'not_in_sight'
        WHEN kind.kind IS NULL THEN 'rule_unknown'
        WHEN NOT agent.role = ANY (string_to_array(kind.certifiers, ' ')) THEN 'organisation_unknown'
        WHEN NOT trust.code_leads(code) THEN 'person_unknown'
        WHEN starts IS NULL OR ends IS NULL OR ends < starts THEN 'amount_not_positive'
        WHEN ends - starts > kind.most_days THEN 'above_maximum'
    END;
    IF refusal IS NOT NULL THEN
        RETURN refusal;
    END IF;
    person := trust.use_code(code);
    IF person IS NULL THEN
        RETURN 'person_unknown';
    END IF;
    PERFORM trust.write_line(trust.line_for(live, agent, (person, 'act', '{family}', (
        SELECT r.purpose FROM trust.purpose_role AS r JOIN trust.purpose AS p USING (purpose)
        WHERE r.role = agent.role ORDER BY p.position LIMIT 1
    ), act, FALSE)::trust.asking, 'code'));
    INSERT INTO economy.need
    VALUES (person, need, 'given_days', kind.kind, agent.organisation_id, 'agent:' || agent.agent_id, now(), starts, ends)
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;

CREATE FUNCTION economy.certify_need(
    token text, code text, need uuid, wanted text, starts date, ends date, act text, OUT refusal economy.refusal
)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    live trust.session := trust.live_session(token);
BEGIN
    PERFORM trust.close_sight();
    refusal := economy.write_need(live, trust.agent_of(live), code, need, wanted, starts, ends, act);
END $$;
COMMENT ON FUNCTION economy.certify_need IS 'An agent''s word that whoever gave her a code has a need the law knows. It shows her nothing.';

-- The same by a named command, where the agent's body has no desk here.
CREATE FUNCTION economy.record_need(
    whose uuid, code text, need uuid, wanted text, starts date, ends date, act text, OUT refusal economy.refusal
)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    live  trust.session;
    agent trust.agent;
BEGIN
    SELECT a.* INTO agent FROM trust.agent AS a WHERE a.agent_id = whose AND a.active;
    live.actor_kind := 'agent';
    live.actor_id := whose;
    refusal := economy.write_need(live, agent, code, need, wanted, starts, ends, act);
END $$;

-- What an employer agreed to on a day.
CREATE FUNCTION economy.agreement_on(organisation uuid, for_day date) RETURNS economy.gift_agreement
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    found economy.gift_agreement;
BEGIN
    SELECT a.* INTO found FROM economy.gift_agreement AS a
    WHERE a.organisation_id = organisation AND a.agreed_from <= for_day
    ORDER BY a.agreed_from DESC, a.recorded_at DESC LIMIT 1;
    RETURN found;
END $$;

CREATE FUNCTION economy.employers_agree(giver uuid, receiver uuid, for_day date) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    ours   economy.gift_agreement := economy.agreement_on(giver, for_day);
    theirs economy.gift_agreement := economy.agreement_on(receiver, for_day);
BEGIN
    RETURN coalesce(ours.agreed AND theirs.agreed AND (giver = receiver OR (ours.outside AND theirs.outside)), FALSE);
END $$;

-- Calls ---------------------------------------------------------------------------------------------------------------------

CREATE FUNCTION economy.need_in_force(person uuid, need uuid, for_day date) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN EXISTS (
        SELECT FROM economy.need AS n
        WHERE n.person_id = person AND n.need_id = need AND for_day BETWEEN n.valid_from AND n.valid_until
    );
END $$;

-- A code by which she may be given something: rest days for a certified need, or (no need) hours of help.
CREATE FUNCTION economy.open_call(
    call uuid, code bytea, wanted text, need uuid, employer uuid, for_day date, days integer, OUT refusal economy.refusal
)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    person uuid := (economy.sight()).person_id;
    rule   economy.gift_rule := economy.gift_rule_on(wanted, for_day);
    upto   date := for_day + days;
BEGIN
    refusal := coalesce(economy.refused_here(ARRAY[rule.to_right], for_day), CASE
        WHEN rule.rule IS NULL THEN 'rule_unknown'
        WHEN need IS NOT NULL AND NOT economy.works_at(person, employer, for_day, TRUE) THEN 'not_employed_there'
        WHEN rule.to_right = 'given_days' AND NOT coalesce(economy.need_in_force(person, need, for_day), FALSE) THEN 'need_not_certified'
        WHEN need IS NOT NULL AND NOT coalesce((economy.agreement_on(employer, for_day)).agreed, FALSE)
            AND economy.pool_left(employer, rule.unit) = 0 THEN 'employer_not_agreed'
        WHEN coalesce(days, 0) < 1 THEN 'amount_not_positive'
        WHEN days > rule.call_days THEN 'above_maximum'
    END::economy.refusal);
    IF refusal IS NOT NULL THEN
        RETURN;
    END IF;
    IF need IS NOT NULL THEN
        upto := least(upto, (SELECT n.valid_until FROM economy.need AS n WHERE n.person_id = person AND n.need_id = need));
    END IF;
    -- A code that leads to another call already leads to no second one: she is given another.
    INSERT INTO economy.call_code VALUES (code, person, call) ON CONFLICT DO NOTHING;
    IF NOT EXISTS (SELECT FROM economy.call_code AS k WHERE k.code_hash = code AND k.receiver_id = person AND k.call_id = call) THEN
        refusal := 'account_busy';
        RETURN;
    END IF;
    INSERT INTO economy.call VALUES (person, call, rule.to_right, need, employer, now(), upto) ON CONFLICT DO NOTHING;
END $$;

CREATE FUNCTION economy.end_call(call uuid, OUT refusal economy.refusal)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    person uuid := (economy.sight()).person_id;
    wanted text := (SELECT c.right_id FROM economy.call AS c WHERE c.person_id = person AND c.call_id = call);
BEGIN
    refusal := coalesce(economy.refused_here(ARRAY[wanted]),
        CASE WHEN wanted IS NULL THEN 'offer_unknown'::economy.refusal END);
    IF refusal IS NULL THEN
        INSERT INTO economy.call_end VALUES (person, call, wanted, now()) ON CONFLICT DO NOTHING;
    END IF;
END $$;

-- The call that a code leads to, if it is open that day: who reads this reads it for a donor, and tells her nothing.
CREATE FUNCTION economy.call_behind(code bytea, for_day date) RETURNS economy.call
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    found economy.call;
BEGIN
    SELECT c.* INTO found FROM economy.call_code AS k JOIN economy.call AS c ON c.person_id = k.receiver_id AND c.call_id = k.call_id
    WHERE k.code_hash = code AND c.valid_until >= for_day
        AND NOT EXISTS (SELECT FROM economy.call_end AS e WHERE e.person_id = c.person_id AND e.call_id = c.call_id);
    RETURN found;
END $$;

-- Giving --------------------------------------------------------------------------------------------------------------------

CREATE FUNCTION economy.gift_rule_on(wanted text, for_day date) RETURNS economy.gift_rule
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    found economy.gift_rule;
BEGIN
    SELECT g.* INTO found FROM economy.gift_rule AS g WHERE g.rule = wanted AND for_day BETWEEN g.in_force AND g.until
        AND (g.to_right <> 'help_hours' OR (economy.any_community(for_day)).community IS NOT NULL);
    RETURN found;
END $$;

CREATE FUNCTION economy.pair_of(giver uuid, receiver uuid, wanted text) RETURNS uuid
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO economy.gift_pair VALUES (giver, receiver, wanted, gen_random_uuid()) ON CONFLICT DO NOTHING;
    RETURN (SELECT p.counter_id FROM economy.gift_pair AS p WHERE p.giver_id = giver AND p.receiver_id = receiver AND p.unit = wanted);
END $$;

CREATE FUNCTION economy.pool_of(employer uuid) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT 'pool:' || employer $$;

-- What an amount of an account comes up against: the rule's step and least, then what is held, then its protected share.
CREATE FUNCTION economy.refused_gift_amount(rule economy.gift_rule, given ledger.account, amount bigint) RETURNS economy.refusal
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN CASE
        WHEN coalesce(amount, 0) <= 0 THEN 'amount_not_positive'
        WHEN amount % rule.step <> 0 THEN 'amount_not_whole'
        WHEN amount < rule.least THEN 'below_minimum'
        WHEN coalesce(ledger.free_for_purpose(given) - given.overdraft, 0) < amount THEN 'balance_too_small'
        WHEN ledger.free(given) - given.overdraft < amount THEN 'protected_share'
    END;
END $$;

-- Gives rest days held with an employer to the call behind a code, or (no code) to the pool of that employer.
CREATE FUNCTION economy.give_days(
    gift uuid, wanted text, employer uuid, code bytea, amount bigint, for_day date, OUT refusal economy.refusal
)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    seer  economy.seer := economy.sight();
    rule  economy.gift_rule := economy.gift_rule_on(wanted, for_day);
    call  economy.call := economy.call_behind(code, for_day);
    given ledger.account;
BEGIN
    refusal := coalesce(economy.refused_here(ARRAY[rule.from_right], for_day), CASE
        WHEN rule.rule IS NULL OR rule.from_right = rule.to_right THEN 'rule_unknown'
        WHEN NOT EXISTS (SELECT FROM people.organisation AS o WHERE o.organisation_id = employer) THEN 'organisation_unknown'
        WHEN NOT economy.works_at(seer.person_id, employer, for_day, TRUE) THEN 'not_employed_there'
        WHEN code IS NOT NULL AND call.right_id IS DISTINCT FROM rule.to_right THEN 'person_unknown'
        WHEN call.person_id = seer.person_id THEN 'oneself'
        WHEN code IS NOT NULL AND NOT economy.need_in_force(call.person_id, call.need_id, for_day) THEN 'need_not_certified'
        WHEN NOT economy.employers_agree(employer, coalesce(call.organisation_id, employer), for_day) THEN 'employer_not_agreed'
    END::economy.refusal);
    IF refusal IS NOT NULL OR economy.done_already(seer.person_id, gift) THEN
        RETURN;
    END IF;
    given := ledger.take(seer.person_id, ledger.account_of(seer.person_id, rule.from_right, employer));
    refusal := economy.refused_gift_amount(rule, given, amount);
    IF refusal IS NULL THEN
        PERFORM economy.send_gift(gift, seer, rule, given, call, amount, for_day,
            CASE WHEN code IS NULL THEN economy.counter(economy.pool_of(employer), rule.unit)
                ELSE economy.pair_of(employer, call.organisation_id, rule.unit) END,
            CASE WHEN code IS NULL THEN economy.pool_of(employer) ELSE 'clearing:gift' END);
    END IF;
END $$;

CREATE FUNCTION economy.done_already(person uuid, act uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN EXISTS (SELECT FROM economy.act AS a WHERE a.person_id = person AND a.act_id = act);
END $$;

-- Writes a gift down, holds it for the undo window, and says what follows (a null call: it stays at the counter-account).
CREATE FUNCTION economy.send_gift(
    gift uuid, seer economy.seer, rule economy.gift_rule, given ledger.account, call economy.call, amount bigint,
    for_day date, counter uuid, counterparty text
) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    upto timestamptz := now() + rule.undo_hours * interval '1 hour';
BEGIN
    IF NOT economy.record((seer.person_id, gift, rule.from_right, 'gift', rule.rule, for_day, seer.actor, now(), jsonb_build_object(
        'takes', amount, 'from_unit', rule.unit, 'to_right', rule.to_right, 'in_force', rule.in_force, 'undo_until', upto,
        'had', given.credits - given.debits - given.held, 'shielded', given.protected, 'reference', rule.reference,
        'to', CASE WHEN call.call_id IS NULL THEN 'pool' ELSE 'call' END
    ))::economy.act) THEN
        RETURN;
    END IF;
    PERFORM ledger.reserve((
        seer.person_id, gift, given.account_id, rule.from_right, rule.unit, amount, 0, counter, counterparty, 'gift', 'gift ' || gift,
        rule.in_force, seer.actor, now(), upto, 'infinity'
    )::ledger.hold);
    IF call.call_id IS NOT NULL THEN
        INSERT INTO ledger.follow
        VALUES (seer.person_id, gift, call.person_id, rule.to_right, call.organisation_id, 'gift',
            'given ' || md5('given|' || seer.person_id || gift)::uuid, rule.in_force);
    END IF;
END $$;

-- Takes a gift back while the undo window is open. Hours on their way to another instance have no such moment: only the
-- partner's word ends their hold (0007), else they could be credited there and free here.
CREATE FUNCTION economy.take_back(gift uuid, for_day date, OUT refusal economy.refusal)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    seer economy.seer := economy.sight();
    held ledger.hold;
BEGIN
    SELECT h.* INTO held FROM ledger.hold AS h WHERE h.person_id = seer.person_id AND h.hold_id = gift AND h.kind = 'gift' AND h.settles_at < 'infinity';
    refusal := coalesce(economy.refused_here(ARRAY[held.right_id], for_day), CASE
        WHEN held.hold_id IS NULL THEN 'hold_unknown'
        WHEN EXISTS (SELECT FROM ledger.hold_end AS e WHERE e.person_id = seer.person_id AND e.hold_id = gift) THEN 'hold_ended'
        WHEN held.settles_at <= now() THEN 'too_late_to_undo'
    END::economy.refusal);
    IF refusal IS NULL AND (ledger.end_hold(seer.person_id, gift, 'released', 0, seer.actor, now(), for_day)).hold_id IS NULL THEN
        refusal := 'hold_ended';
    END IF;
END $$;

-- What is in the pool of an employer. Its totals lie in at most 256 slots.
CREATE FUNCTION economy.pool_left(employer uuid, wanted text) RETURNS bigint
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN (
        SELECT coalesce(sum(s.credits - s.debits), 0) FROM ledger.slot AS s
        WHERE s.account_id = economy.counter(economy.pool_of(employer), wanted)
            AND s.slot_id = ANY (ARRAY (SELECT (lpad(to_hex(n), 2, '0') || '000000-0000-0000-0000-000000000000')::uuid FROM generate_series(0, 255) AS n))
    );
END $$;

-- Those she works for in whose pool days wait, for her page; how many would let her guess who gives, day by day.
CREATE FUNCTION economy.pools_waiting(for_day date) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    wanted text := (economy.gift_rule_on('rest_days', for_day)).unit;
    place  uuid;
BEGIN
    IF kernel.shows('right:given_days') THEN
        FOREACH place IN ARRAY economy.workplaces(kernel.in_sight(), for_day, TRUE) LOOP
            IF economy.pool_left(place, wanted) > 0 THEN
                RETURN NEXT place;
            END IF;
        END LOOP;
    END IF;
END $$;

-- The same, and nothing is taken from it meanwhile.
CREATE FUNCTION economy.pool_holds(employer uuid, wanted text) RETURNS bigint
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(economy.pool_of(employer), 0));
    RETURN economy.pool_left(employer, wanted);
END $$;

-- So many days of an employer's pool to the call behind a code, by a command, whether or not it still agrees to new gifts
-- (Note [what was given stays given]).
CREATE FUNCTION economy.grant_from_pool(
    "grant" uuid, employer uuid, code bytea, amount bigint, for_day date, OUT refusal economy.refusal
)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    rule economy.gift_rule := economy.gift_rule_on('rest_days', for_day);
    call economy.call := economy.call_behind(code, for_day);
    act  economy.act;
BEGIN
    refusal := CASE
        WHEN rule.rule IS NULL THEN 'rule_unknown'
        WHEN call.right_id IS DISTINCT FROM rule.to_right OR call.organisation_id <> employer THEN 'person_unknown'
        WHEN NOT economy.need_in_force(call.person_id, call.need_id, for_day) THEN 'need_not_certified'
        WHEN coalesce(amount, 0) <= 0 THEN 'amount_not_positive'
        WHEN amount % rule.step <> 0 THEN 'amount_not_whole'
        WHEN NOT economy.done_already(call.person_id, "grant") AND economy.pool_holds(employer, rule.unit) < amount THEN 'balance_too_small'
    END;
    act := (call.person_id, "grant", rule.to_right, 'gift', rule.rule, for_day, 'organisation:' || employer, now(), jsonb_build_object(
        'gives', amount, 'to_right', rule.to_right, 'in_force', rule.in_force, 'reference', rule.reference, 'from', 'pool'
    ))::economy.act;
    IF refusal IS NULL AND economy.record(act) THEN
        PERFORM economy.post(act, ARRAY[
            economy.move(call.person_id, rule.to_right, employer, rule.unit, amount, 0, economy.pool_of(employer), act)
        ]);
    END IF;
END $$;

REVOKE ALL ON FUNCTION economy.write_need, economy.certify_need, economy.record_need, economy.agreement_on, economy.employers_agree, economy.need_in_force,
    economy.open_call, economy.end_call, economy.call_behind, economy.gift_rule_on, economy.pair_of, economy.pool_of,
    economy.refused_gift_amount, economy.give_days, economy.done_already, economy.send_gift, economy.take_back,
    economy.pool_left, economy.pools_waiting, economy.pool_holds, economy.grant_from_pool FROM PUBLIC;
GRANT SELECT ON ALL TABLES IN SCHEMA economy TO cspu_batch, cspu_web;
GRANT INSERT ON economy.gift_agreement TO cspu_batch;
GRANT EXECUTE ON FUNCTION economy.pools_waiting, economy.certify_need, economy.open_call, economy.end_call, economy.give_days, economy.take_back TO cspu_batch, cspu_web;
GRANT EXECUTE ON FUNCTION economy.grant_from_pool, economy.record_need TO cspu_batch;
