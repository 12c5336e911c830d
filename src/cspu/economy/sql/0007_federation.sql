-- Federation: hours of care passed to a relative whose account another instance keeps.
--
-- Note [two legs, one word each]. The sender's side is a hold, opened before anything is said to the partner; the receiver's side is
-- a credit, posted when the partner decides. Each decision is taken once and kept: asked again, the same answer goes back. The sender
-- settles on a signed `accepted`, lets go on a signed `refused`, and otherwise waits: a crossing whose answer was lost is
-- neither here nor there until the answer comes, and never in both.
--
-- Note [bounded trust]. What a partner may owe us and we may owe it are bounded by constraints of its row, what is under way included:
-- a partner that lies costs no more than that, and reconciling both books names the crossings that differ.
--
-- Note [accounts, then the partner]. Whoever moves hours to or from a partner takes the person's account first, then the partner's row
-- or a message's (ledger, Note [one order of accounts]).
--
-- Note [sent by a command]. A request writes that there is something to send; a command signs and sends it, and decides what came in.
-- No request credits anybody on the word of a message.

CREATE TABLE economy.partner (
    partner       text PRIMARY KEY,
    label         text NOT NULL,
    url           text NOT NULL,
    keys          jsonb NOT NULL,
    active        boolean NOT NULL,
    most_sent     bigint NOT NULL,
    most_received bigint NOT NULL,
    sent          bigint NOT NULL DEFAULT 0,
    pending       bigint NOT NULL DEFAULT 0,
    received      bigint NOT NULL DEFAULT 0,
    CONSTRAINT partner_totals_grow CHECK (sent >= 0 AND pending >= 0 AND received >= 0),
    CONSTRAINT partner_owes_us_no_more CHECK (sent + pending - received <= most_sent),
    CONSTRAINT we_owe_partner_no_more CHECK (received - sent <= most_received)
);
COMMENT ON TABLE economy.partner IS 'Other instances, their public keys, and how many hours either side may be ahead of the other.';

CREATE TABLE economy.crossing (
    person_id   uuid NOT NULL,
    crossing_id uuid NOT NULL,
    right_id    text NOT NULL,
    partner     text NOT NULL REFERENCES economy.partner,
    amount      bigint NOT NULL,
    code_hash   bytea NOT NULL,
    for_day     date NOT NULL,
    opened_at   timestamptz NOT NULL,
    PRIMARY KEY (person_id, crossing_id),
    CONSTRAINT crossing_moves_something CHECK (amount > 0)
);
CREATE INDEX crossing_by_id ON economy.crossing (crossing_id);
COMMENT ON TABLE economy.crossing IS 'Hours on their way to another instance: held under the same id.';
CREATE TABLE economy.crossing_end (
    person_id   uuid NOT NULL,
    crossing_id uuid NOT NULL,
    right_id    text NOT NULL,
    outcome     text NOT NULL,
    reason      text NOT NULL,
    ended_at    timestamptz NOT NULL,
    PRIMARY KEY (person_id, crossing_id),
    FOREIGN KEY (person_id, crossing_id) REFERENCES economy.crossing,
    CONSTRAINT crossing_outcome_known CHECK (outcome IN ('settled', 'refused', 'reversed'))
);
CREATE TABLE economy.verdict (
    verdict_id  uuid PRIMARY KEY,
    partner     text NOT NULL,
    crossing_id uuid NOT NULL,
    terms       bytea NOT NULL,
    amount      bigint NOT NULL,
    outcome     text NOT NULL,
    reason      text NOT NULL,
    decided_at  timestamptz NOT NULL,
    CONSTRAINT verdict_outcome_known CHECK (outcome IN ('accepted', 'refused'))
);
COMMENT ON TABLE economy.verdict IS 'What was decided of each crossing a partner offered or withdrew, once.';
CREATE TABLE economy.message (
    message_id  uuid PRIMARY KEY,
    partner     text NOT NULL,
    outgoing    boolean NOT NULL,
    kind        text NOT NULL,
    crossing_id uuid NOT NULL,
    digest      bytea NOT NULL,
    body        text NOT NULL,
    made_at     timestamptz NOT NULL,
    due_at      timestamptz NOT NULL,
    tries       integer NOT NULL DEFAULT 0,
    done_at     timestamptz,
    CONSTRAINT message_kind_known CHECK (kind IN ('offer', 'withdrawal', 'answer'))
);
CREATE INDEX message_to_do ON economy.message (due_at) WHERE done_at IS NULL;
COMMENT ON TABLE economy.message IS 'Outbox and inbox: what is to be sent (again) and what came in, each by the id that makes a repeat harmless.';
CREATE TABLE economy.message_refused (
    digest      bytea NOT NULL,
    reason      text NOT NULL,
    partner     text NOT NULL,
    received_at timestamptz NOT NULL,
    PRIMARY KEY (digest, reason)
);
COMMENT ON TABLE economy.message_refused IS 'Messages that were forged, altered or contradictory: their digest and why, never their content. Of a day, the first of each partner; the others are counted.';
CREATE TABLE economy.refused_count (
    partner text NOT NULL,
    day     date NOT NULL,
    refused bigint NOT NULL,
    PRIMARY KEY (partner, day),
    CONSTRAINT refused_count_counts CHECK (refused > 0)
);
COMMENT ON TABLE economy.refused_count IS 'How many messages were refused in a day, by partner (empty: of no partner of ours).';

CREATE TRIGGER crossing_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON economy.crossing
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_rewriting();
CREATE TRIGGER crossing_end_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON economy.crossing_end
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_rewriting();
CREATE TRIGGER verdict_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON economy.verdict
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_rewriting();
CREATE TRIGGER message_refused_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON economy.message_refused
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_rewriting();

ALTER TABLE economy.crossing ENABLE ROW LEVEL SECURITY;
CREATE POLICY command_works ON economy.crossing TO cspu_batch USING (TRUE) WITH CHECK (TRUE);
CREATE POLICY request_in_sight ON economy.crossing FOR SELECT TO cspu_web
    USING (person_id = kernel.in_sight() AND kernel.shows('right:' || right_id));
ALTER TABLE economy.crossing_end ENABLE ROW LEVEL SECURITY;
CREATE POLICY command_works ON economy.crossing_end TO cspu_batch USING (TRUE) WITH CHECK (TRUE);
CREATE POLICY request_in_sight ON economy.crossing_end FOR SELECT TO cspu_web
    USING (person_id = kernel.in_sight() AND kernel.shows('right:' || right_id));
ALTER TABLE economy.verdict ENABLE ROW LEVEL SECURITY;
CREATE POLICY command_works ON economy.verdict TO cspu_batch USING (TRUE) WITH CHECK (TRUE);
ALTER TABLE economy.message ENABLE ROW LEVEL SECURITY;
CREATE POLICY command_works ON economy.message TO cspu_batch USING (TRUE) WITH CHECK (TRUE);
ALTER TABLE economy.message_refused ENABLE ROW LEVEL SECURITY;
CREATE POLICY command_works ON economy.message_refused TO cspu_batch USING (TRUE) WITH CHECK (TRUE);
ALTER TABLE economy.refused_count ENABLE ROW LEVEL SECURITY;
CREATE POLICY command_works ON economy.refused_count TO cspu_batch USING (TRUE) WITH CHECK (TRUE);

-- The sender ------------------------------------------------------------------------------------------------------------------

-- What both sides call the same terms: an answer is to these and to no others.
CREATE FUNCTION economy.terms(crossing uuid, amount bigint, code bytea) RETURNS bytea
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT sha256(uuid_send(crossing) || int8send(amount) || coalesce(code, '')) $$;

CREATE FUNCTION economy.send_hours(crossing uuid, wanted text, code bytea, amount bigint, for_day date, OUT refusal economy.refusal)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    seer   economy.seer := economy.sight();
    nobody uuid := '00000000-0000-0000-0000-000000000000';
    rule   economy.gift_rule := economy.gift_rule_on('hours_to_kin', for_day);
    given  ledger.account;
    p      economy.partner;
BEGIN
    refusal := coalesce(economy.refused_here('{help_hours}', for_day), CASE
        WHEN rule.rule IS NULL THEN 'rule_unknown'
        WHEN NOT EXISTS (SELECT FROM economy.partner AS k WHERE k.partner = wanted AND k.active) THEN 'partner_unknown'
    END::economy.refusal);
    IF refusal IS NOT NULL OR economy.done_already(seer.person_id, crossing) THEN
        RETURN;
    END IF;
    given := ledger.take(seer.person_id, ledger.account_of(seer.person_id, 'help_hours', nobody));
    SELECT k.* INTO p FROM economy.partner AS k WHERE k.partner = wanted AND k.active FOR UPDATE;
    refusal := coalesce(economy.refused_gift_amount(rule, given, amount), CASE
        WHEN economy.care_left(seer.person_id) < amount OR p.sent + p.pending - p.received + amount > p.most_sent THEN 'above_limit'
        -- It was ended between the two looks.
        WHEN p.partner IS NULL THEN 'account_busy'
    END::economy.refusal);
    IF refusal IS NOT NULL OR NOT economy.record((seer.person_id, crossing, 'help_hours', 'gift', rule.rule, for_day, seer.actor, now(),
        jsonb_build_object('takes', amount, 'from_unit', rule.unit, 'to', 'partner', 'partner', wanted, 'in_force', rule.in_force,
            'undo_until', now() + rule.undo_hours * interval '1 hour', 'reference', rule.reference))::economy.act) THEN
        RETURN;
    END IF;
    UPDATE economy.partner AS k SET pending = k.pending + amount WHERE k.partner = wanted;
    -- It ends on the partner's word alone: a hold that time let go could be credited there and free here.
    PERFORM ledger.reserve((
        seer.person_id, crossing, given.account_id, 'help_hours', rule.unit, amount, 0, economy.counter('clearing:partner:' || wanted, rule.unit),
        'clearing:partner:' || wanted, 'gift', 'gift ' || crossing, rule.in_force, seer.actor, now(), 'infinity', '9999-12-31'
    )::ledger.hold);
    INSERT INTO economy.crossing VALUES (seer.person_id, crossing, 'help_hours', wanted, amount, code, for_day, now());
    INSERT INTO economy.message (message_id, partner, outgoing, kind, crossing_id, digest, body, made_at, due_at)
    VALUES (kernel.computed_id('offer', crossing::text), wanted, TRUE, 'offer', crossing, '', '', now(), now() + rule.undo_hours * interval '1 hour');
END $$;

-- Takes hours back: at once while nothing was sent; afterwards the partner is asked, and decides by what it already did.
CREATE FUNCTION economy.recall_hours(crossing uuid, for_day date, OUT refusal economy.refusal)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    seer economy.seer := economy.sight();
    c    economy.crossing;
    m    economy.message;
BEGIN
    SELECT k.* INTO c FROM economy.crossing AS k WHERE k.person_id = seer.person_id AND k.crossing_id = crossing;
    PERFORM economy.take_hours(ARRAY[c.person_id]);
    refusal := coalesce(economy.refused_here('{help_hours}', for_day), CASE
        WHEN c.crossing_id IS NULL THEN 'hold_unknown'
        WHEN EXISTS (SELECT FROM economy.crossing_end AS e WHERE e.person_id = c.person_id AND e.crossing_id = crossing) THEN 'hold_ended'
    END::economy.refusal);
    IF refusal IS NOT NULL THEN
        RETURN;
    END IF;
    SELECT k.* INTO m FROM economy.message AS k WHERE k.message_id = kernel.computed_id('offer', crossing::text) FOR UPDATE;
    IF m.tries = 0 THEN
        UPDATE economy.message AS k SET done_at = now() WHERE k.message_id = m.message_id;
        PERFORM economy.end_crossing(c, 'reversed', 'undone', for_day);
    ELSE
        INSERT INTO economy.message (message_id, partner, outgoing, kind, crossing_id, digest, body, made_at, due_at)
        VALUES (kernel.computed_id('withdrawal', crossing::text), c.partner, TRUE, 'withdrawal', crossing, '', '', now(), now())
        ON CONFLICT DO NOTHING;
    END IF;
END $$;

-- Ends a crossing once, with its hold and what is under way with the partner, in one transaction.
CREATE FUNCTION economy.end_crossing(c economy.crossing, ending text, why text, for_day date) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO economy.crossing_end VALUES (c.person_id, c.crossing_id, c.right_id, ending, why, now());
    IF (ledger.end_hold(c.person_id, c.crossing_id, CASE ending WHEN 'settled' THEN 'settled' ELSE 'released' END,
            CASE ending WHEN 'settled' THEN c.amount ELSE 0 END, 'partner', now(), for_day)).hold_id IS NULL THEN
        RAISE EXCEPTION 'the hold of a crossing ends with it, and had ended before' USING ERRCODE = 'restrict_violation';
    END IF;
    UPDATE economy.partner AS p
    SET pending = p.pending - c.amount, sent = p.sent + CASE ending WHEN 'settled' THEN c.amount ELSE 0 END
    WHERE p.partner = c.partner;
END $$;

-- A partner's answer: done, known, or why it is not one (unknown crossing, other terms, the contrary of what it said before).
CREATE FUNCTION economy.take_answer(whose text, crossing uuid, to_terms bytea, said text, why text, for_day date) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    c     economy.crossing;
    ended text;
    wants text := CASE WHEN said = 'accepted' THEN 'settled' WHEN why = 'withdrawn' THEN 'reversed' ELSE 'refused' END;
BEGIN
    SELECT k.* INTO c FROM economy.crossing AS k WHERE k.crossing_id = crossing AND k.partner = whose;
    IF NOT FOUND THEN
        RETURN 'unknown';
    ELSIF to_terms <> economy.terms(crossing, c.amount, c.code_hash) THEN
        RETURN 'altered';
    ELSIF NOT EXISTS (SELECT FROM economy.message AS m WHERE m.message_id = kernel.computed_id('offer', crossing::text) AND m.tries > 0) THEN
        RETURN 'unasked';
    END IF;
    PERFORM ledger.take(c.person_id, (SELECT h.account_id FROM ledger.hold AS h WHERE h.person_id = c.person_id AND h.hold_id = crossing));
    SELECT e.outcome INTO ended FROM economy.crossing_end AS e WHERE e.person_id = c.person_id AND e.crossing_id = crossing;
    IF ended IS NULL THEN
        PERFORM economy.end_crossing(c, wants, why, for_day);
        UPDATE economy.message AS m SET done_at = now()
        WHERE m.crossing_id = crossing AND m.outgoing AND m.kind IN ('offer', 'withdrawal') AND m.done_at IS NULL;
        RETURN 'done';
    END IF;
    RETURN CASE WHEN (ended = 'settled') = (wants = 'settled') THEN 'known' ELSE 'contradictory' END;
END $$;

-- The receiver ----------------------------------------------------------------------------------------------------------------

-- Decides once of what a partner offers (amount and code) or withdraws (neither). Contradictory: other terms under the same id.
CREATE FUNCTION economy.decide_crossing(
    whose text, crossing uuid, offered bigint, code bytea, to_terms bytea, for_day date, OUT outcome text, OUT reason text
)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    nobody uuid := '00000000-0000-0000-0000-000000000000';
    name   uuid := kernel.computed_id('verdict', whose, crossing::text);
    known  economy.verdict;
    p      economy.partner;
    call   economy.call := economy.call_behind(code, for_day);
    rules  economy.community := economy.any_community(for_day);
    held   ledger.account;
    act    economy.act;
BEGIN
    IF offered > 0 AND to_terms = economy.terms(crossing, offered, code) AND call.right_id = 'help_hours' AND rules.community IS NOT NULL
        AND NOT EXISTS (SELECT FROM economy.verdict AS v WHERE v.verdict_id = name) THEN
        PERFORM economy.open_hours(call.person_id, rules);
        held := ledger.take(call.person_id, ledger.account_of(call.person_id, 'help_hours', nobody));
    END IF;
    SELECT k.* INTO p FROM economy.partner AS k WHERE k.partner = whose FOR UPDATE;
    SELECT v.* INTO known FROM economy.verdict AS v WHERE v.verdict_id = name;
    IF FOUND THEN
        outcome := CASE WHEN known.terms = to_terms THEN known.outcome ELSE 'contradictory' END;
        reason := known.reason;
        RETURN;
    END IF;
    reason := CASE
        WHEN offered IS NULL THEN 'withdrawn'
        WHEN NOT p.active THEN 'not_active'
        WHEN to_terms <> economy.terms(crossing, offered, code) OR offered <= 0 THEN 'terms'
        WHEN call.right_id IS DISTINCT FROM 'help_hours' THEN 'nobody'
        WHEN rules.community IS NULL THEN 'full'
        WHEN held.credits - held.debits + offered > held.ceiling THEN 'full'
        WHEN p.received + offered - p.sent > p.most_received THEN 'limit'
        ELSE ''
    END;
    outcome := CASE reason WHEN '' THEN 'accepted' ELSE 'refused' END;
    INSERT INTO economy.verdict VALUES (name, whose, crossing, to_terms, coalesce(offered, 0), outcome, reason, now());
    IF outcome = 'accepted' THEN
        UPDATE economy.partner AS k SET received = k.received + offered WHERE k.partner = whose;
        act := (call.person_id, name, 'help_hours', 'gift', 'hours_to_kin', for_day, 'partner:' || whose, now(),
            jsonb_build_object('gives', offered, 'to_unit', 'hour', 'from', 'partner', 'partner', whose))::economy.act;
        PERFORM economy.record(act);
        PERFORM economy.post(act, ARRAY[economy.move(call.person_id, 'help_hours', nobody, 'hour', offered, 0, 'clearing:partner:' || whose, act)]);
    END IF;
END $$;

-- Messages --------------------------------------------------------------------------------------------------------------------

-- Keeps what came in, its signature checked; again: nothing. Another content under the same id is refused and written down.
CREATE FUNCTION economy.deposit(whose text, wire uuid, what text, crossing uuid, hashed bytea, said text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    name  uuid := kernel.computed_id('in', whose, wire::text);
    known bytea;
BEGIN
    INSERT INTO economy.message (message_id, partner, outgoing, kind, crossing_id, digest, body, made_at, due_at)
    VALUES (name, whose, FALSE, what, crossing, hashed, said, now(), now()) ON CONFLICT DO NOTHING;
    IF FOUND THEN
        RETURN 'kept';
    END IF;
    SELECT m.digest INTO known FROM economy.message AS m WHERE m.message_id = name;
    IF known <> hashed THEN
        PERFORM economy.refuse_message(whose, hashed, 'contradictory');
        RETURN 'contradictory';
    END IF;
    -- Asked again: what was decided is answered again.
    UPDATE economy.message AS m SET done_at = NULL WHERE m.message_id = name AND m.kind <> 'answer';
    RETURN 'known';
END $$;

-- Counts a refused message and, of the first of a day, keeps its digest: whoever sends without end fills no table. Whoever is no
-- partner has no name here: names would be as many as one likes to invent.
CREATE FUNCTION economy.refuse_message(whose text, hashed bytea, why text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    kept_a_day CONSTANT integer := 100;
    name  text := coalesce((SELECT p.partner FROM economy.partner AS p WHERE p.partner = whose), '');
    count bigint;
BEGIN
    INSERT INTO economy.refused_count AS c VALUES (name, kernel.today(), 1)
    ON CONFLICT (partner, day) DO UPDATE SET refused = c.refused + 1 RETURNING refused INTO count;
    IF count <= kept_a_day THEN
        INSERT INTO economy.message_refused VALUES (hashed, why, name, now()) ON CONFLICT DO NOTHING;
    END IF;
END $$;

-- What this side's books say of a partner, crossing by crossing: nobody's name or id.
CREATE FUNCTION economy.book_with(whose text)
RETURNS TABLE (crossing_id uuid, outgoing boolean, amount bigint, state text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN QUERY
    SELECT c.crossing_id, TRUE, c.amount, coalesce(e.outcome, 'offered')
    FROM economy.crossing AS c LEFT JOIN economy.crossing_end AS e ON e.person_id = c.person_id AND e.crossing_id = c.crossing_id
    WHERE c.partner = whose
    UNION ALL
    SELECT v.crossing_id, FALSE, v.amount, v.outcome FROM economy.verdict AS v WHERE v.partner = whose
    ORDER BY 1, 2;
END $$;

REVOKE ALL ON FUNCTION economy.terms, economy.send_hours, economy.recall_hours, economy.end_crossing, economy.take_answer,
    economy.decide_crossing, economy.deposit, economy.refuse_message, economy.book_with FROM PUBLIC;
GRANT SELECT ON ALL TABLES IN SCHEMA economy TO cspu_batch, cspu_web;
GRANT INSERT, UPDATE ON economy.partner, economy.message TO cspu_batch;
GRANT EXECUTE ON FUNCTION economy.send_hours, economy.recall_hours, economy.deposit, economy.refuse_message, economy.book_with,
    economy.terms TO cspu_batch, cspu_web;
GRANT EXECUTE ON FUNCTION economy.take_answer, economy.decide_crossing TO cspu_batch;
