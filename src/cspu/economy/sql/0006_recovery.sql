-- Recovery of debts: bounded by what the law lets be taken in a month, stopped while contested, never below the floor.
--
-- Note [a month's share]. Of rights counted in euros, no more is taken in a calendar month than the seizable part of her last
-- known monthly net income, over all her debts together; with no income known, nothing is taken of itself. Of other rights,
-- no more than a published share of what is free. She may always give back more, when she chooses.

CREATE TABLE economy.seizable (
    in_force  date NOT NULL,
    rank      integer NOT NULL,
    upto      bigint NOT NULL,
    share     numeric(8, 6) NOT NULL,
    PRIMARY KEY (in_force, rank),
    CONSTRAINT seizable_share_is_a_part CHECK (share BETWEEN 0 AND 1)
);
COMMENT ON TABLE economy.seizable IS 'The seizable share of yearly net income, band by band: upto in cents a year.';

CREATE TABLE economy.recovery (
    in_force        date PRIMARY KEY,
    per_dependant   bigint NOT NULL,
    left_a_month    bigint NOT NULL,
    in_kind_share   numeric(8, 6) NOT NULL,
    days_to_contest integer NOT NULL,
    reference       text NOT NULL,
    url             text NOT NULL
);
COMMENT ON TABLE economy.recovery IS
    'What bounds recovery: cents a year added to each band per dependant, cents always left a month, share of a right that is no money, days before anything is taken.';

-- The cents that may be taken in a month of that net income; null: the income is not known.
CREATE FUNCTION economy.seizable_part(net bigint, dependants integer, for_day date) RETURNS bigint
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    rule economy.recovery;
BEGIN
    IF net IS NULL THEN
        RETURN NULL;
    END IF;
    SELECT r.* INTO rule FROM economy.recovery AS r WHERE r.in_force <= for_day ORDER BY r.in_force DESC LIMIT 1;
    RETURN (
        WITH band AS (
            SELECT s.share, least(s.upto + coalesce(dependants, 0) * rule.per_dependant, net * 12) AS top,
                coalesce(lag(s.upto + coalesce(dependants, 0) * rule.per_dependant) OVER (ORDER BY s.rank), 0) AS bottom
            FROM economy.seizable AS s
            WHERE s.in_force = (SELECT max(k.in_force) FROM economy.seizable AS k WHERE k.in_force <= for_day)
        )
        SELECT greatest(least(trunc(sum(greatest(b.top - b.bottom, 0) * b.share) / 12), net - rule.left_a_month), 0)::bigint
        FROM band AS b
    );
END $$;

-- Her last known monthly net income, in cents, over all who pay her; null: none known in the last year.
CREATE FUNCTION economy.net_income(person uuid, for_day date) RETURNS bigint
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN (
        SELECT (sum(m.value) * 100)::bigint FROM lifecourse.measure AS m
        WHERE m.person_id = person AND m.measure = 'net_social_amount' AND m.recorded_to = 'infinity'
            AND m.month = (
                SELECT max(k.month) FROM lifecourse.measure AS k
                WHERE k.person_id = person AND k.measure = 'net_social_amount' AND k.recorded_to = 'infinity'
                    AND k.month BETWEEN for_day - interval '1 year' AND for_day
            )
    );
END $$;

-- How many children depend on her; null: it is not known, and the scale then counts none.
CREATE FUNCTION economy.dependants(person uuid, for_day date) RETURNS integer
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN (
        SELECT a.value::numeric::integer FROM lifecourse.attribute AS a
        WHERE a.person_id = person AND a.attribute = 'dependent_children' AND a.recorded_to = 'infinity' AND a.valid @> for_day
        ORDER BY a.asserted_for DESC, a.value LIMIT 1
    );
END $$;

-- Contested: she said so, and the funder has not answered yet.
CREATE FUNCTION economy.is_contested(d entitlement.debt) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN coalesce((
        SELECT m.kind = 'contested' FROM entitlement.debt_move AS m
        WHERE m.person_id = d.person_id AND m.debt_id = d.debt_id ORDER BY m.rank DESC LIMIT 1
    ), FALSE);
END $$;

-- What was taken this month of the same share: over all debts for money, from the same account for a right in kind.
CREATE FUNCTION economy.taken_this_month(d entitlement.debt, for_day date) RETURNS bigint
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN (
        SELECT coalesce(sum(t.amount), 0) FROM ledger.transfer AS t
        WHERE t.person_id = d.person_id AND t.kind = 'recovery' AND t.unit = d.unit
            AND t.period_start >= date_trunc('month', for_day)::date
            AND (d.unit = 'EUR' OR t.account_id = d.account_id)
    );
END $$;

CREATE FUNCTION economy.free_of(d entitlement.debt) RETURNS bigint
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN (SELECT ledger.free(a) FROM ledger.account AS a WHERE a.person_id = d.person_id AND a.account_id = d.account_id);
END $$;

-- The whole share of a month from which that debt may be recovered; null: it cannot be known.
CREATE FUNCTION economy.month_share(d entitlement.debt, for_day date) RETURNS bigint
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    in_kind numeric := (SELECT r.in_kind_share FROM economy.recovery AS r WHERE r.in_force <= for_day ORDER BY r.in_force DESC LIMIT 1);
BEGIN
    RETURN CASE d.unit
        WHEN 'EUR' THEN economy.seizable_part(economy.net_income(d.person_id, for_day), economy.dependants(d.person_id, for_day), for_day)
        ELSE ceil((economy.free_of(d) + economy.taken_this_month(d, for_day)) * in_kind)::bigint
    END;
END $$;

-- How much of a debt may be taken of itself on that day; null: it cannot be known, and nothing is.
CREATE FUNCTION economy.takeable(d entitlement.debt, for_day date) RETURNS bigint
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    rule  economy.recovery;
    share bigint := economy.month_share(d, for_day);
BEGIN
    SELECT r.* INTO rule FROM economy.recovery AS r WHERE r.in_force <= for_day ORDER BY r.in_force DESC LIMIT 1;
    IF economy.is_contested(d) OR for_day < d.owed_from + rule.days_to_contest THEN
        RETURN 0;
    END IF;
    -- least() passes over what is null: an unknown share must stay unknown.
    RETURN CASE WHEN share IS NOT NULL AND rule.in_force IS NOT NULL THEN
        greatest(least(entitlement.still_owed(d), economy.free_of(d), share - economy.taken_this_month(d, for_day)), 0)
    END;
END $$;

-- The same for a page, worked out on all her facts and movements. A helper who does not see what the share of her income stands
-- on reads nothing of it: neither the income nor what may be taken, from which it could be worked back. `taken`: of that share,
-- this month. Null rows where the debt itself is not in sight.
CREATE FUNCTION economy.takeable_of(
    person uuid, debt uuid, for_day date, OUT takes bigint, OUT share bigint, OUT taken bigint, OUT income bigint, OUT dependants integer,
    OUT hidden boolean
)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    command boolean := pg_has_role(session_user, 'cspu_batch', 'MEMBER');
    d       entitlement.debt;
BEGIN
    SELECT k.* INTO d FROM entitlement.debt AS k
    WHERE k.person_id = person AND k.debt_id = debt
        AND (command OR (person = kernel.in_sight() AND kernel.shows('right:' || k.right_id)));
    IF d.debt_id IS NULL THEN
        RETURN;
    END IF;
    hidden := d.unit = 'EUR' AND NOT command
        AND NOT (kernel.shows('measure:net_social_amount') AND kernel.shows('attribute:dependent_children'));
    IF hidden THEN
        RETURN;
    END IF;
    takes := economy.takeable(d, for_day);
    share := economy.month_share(d, for_day);
    taken := economy.taken_this_month(d, for_day);
    IF d.unit = 'EUR' THEN
        income := economy.net_income(person, for_day);
        dependants := economy.dependants(person, for_day);
    END IF;
END $$;

CREATE FUNCTION economy.recovery_of(d entitlement.debt, amount bigint, for_day date) RETURNS ledger.proposal
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN (
        d.person_id, d.account_id, d.right_id, (SELECT a.organisation_id FROM ledger.account AS a WHERE a.person_id = d.person_id AND a.account_id = d.account_id),
        d.unit, d.counter_id, d.counterparty, -amount, 0, 'recovery', 'debt ' || d.debt_id, d.version, for_day, for_day, for_day
    )::ledger.proposal;
END $$;

-- A debt, its account taken: what is owed of it moves no more, and two who speak of it follow each other.
CREATE FUNCTION economy.take_debt(person uuid, wanted uuid) RETURNS entitlement.debt
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    found entitlement.debt;
BEGIN
    SELECT d.* INTO found FROM entitlement.debt AS d WHERE d.person_id = person AND d.debt_id = wanted;
    PERFORM ledger.take(found.person_id, found.account_id);
    RETURN found;
END $$;

-- Takes what this month's share lets be taken of her debts, oldest first: how many were recovered from. Once a month each: a
-- second run the same month finds its share taken.
CREATE FUNCTION economy.recover(person uuid, for_day date) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    d      entitlement.debt;
    amount bigint;
    done   integer := 0;
BEGIN
    PERFORM economy.refuse_to_others(person, for_day);
    PERFORM FROM ledger.account AS a
    WHERE a.person_id = person
        AND a.account_id IN (SELECT k.account_id FROM entitlement.debt AS k WHERE k.person_id = person)
    ORDER BY a.account_id FOR UPDATE;
    FOR d IN SELECT k.* FROM entitlement.debt AS k WHERE k.person_id = person ORDER BY k.owed_from, k.debt_id LOOP
        CONTINUE WHEN entitlement.still_owed(d) = 0;
        amount := economy.takeable(d, for_day);
        CONTINUE WHEN coalesce(amount, 0) <= 0;
        PERFORM ledger.post(
            'recovery ' || d.debt_id || ' ' || to_char(for_day, 'YYYY-MM') || ' ' || entitlement.still_owed(d),
            ARRAY[economy.recovery_of(d, amount, for_day)], now()
        );
        done := done + 1;
    END LOOP;
    RETURN done;
END $$;

-- What she gives back of her own will, beyond any month's share, never below the floor.
CREATE FUNCTION economy.give_back(act_id uuid, debt uuid, amount bigint, for_day date, OUT refusal economy.refusal)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    seer economy.seer := economy.sight();
    d    entitlement.debt;
    held ledger.account;
BEGIN
    d := economy.take_debt(seer.person_id, debt);
    refusal := coalesce(economy.refused_here(ARRAY[d.right_id], for_day),
        CASE WHEN d.debt_id IS NULL THEN 'debt_unknown'::economy.refusal END);
    IF refusal IS NOT NULL OR economy.done_already(seer.person_id, act_id) THEN
        RETURN;
    END IF;
    SELECT a.* INTO held FROM ledger.account AS a WHERE a.person_id = d.person_id AND a.account_id = d.account_id;
    refusal := CASE
        WHEN entitlement.still_owed(d) = 0 THEN 'debt_closed'
        WHEN coalesce(amount, 0) <= 0 THEN 'amount_not_positive'
        WHEN amount > entitlement.still_owed(d) THEN 'above_maximum'
        WHEN ledger.free_for_purpose(held) < amount THEN 'balance_too_small'
        WHEN ledger.free(held) < amount THEN 'protected_share'
    END;
    IF refusal IS NULL AND economy.record((
        seer.person_id, act_id, d.right_id, 'recovery', 'debt ' || debt, for_day, seer.actor, now(),
        jsonb_build_object('takes', amount, 'from_unit', d.unit, 'owed', entitlement.still_owed(d) - amount)
    )::economy.act) THEN
        PERFORM ledger.post('act ' || seer.person_id || ' ' || act_id, ARRAY[economy.recovery_of(d, amount, for_day)], now());
    END IF;
END $$;

-- She says that she does not owe it: nothing is taken until it is answered.
CREATE FUNCTION economy.contest(debt uuid, said text, OUT refusal economy.refusal)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    seer economy.seer := economy.sight();
    d    entitlement.debt;
BEGIN
    d := economy.take_debt(seer.person_id, debt);
    refusal := coalesce(economy.refused_here(ARRAY[d.right_id]), CASE
        WHEN d.debt_id IS NULL THEN 'debt_unknown'
        WHEN entitlement.still_owed(d) = 0 THEN 'debt_closed'
        WHEN economy.is_contested(d) THEN 'debt_contested'
        WHEN coalesce(length(btrim(said)), 0) NOT BETWEEN 1 AND 2000 THEN 'words_missing'
    END::economy.refusal);
    IF refusal IS NULL THEN
        INSERT INTO entitlement.debt_move SELECT d.person_id, debt, count(*) + 1, d.right_id, 'contested', btrim(said), seer.actor, now()
        FROM entitlement.debt_move AS m WHERE m.person_id = d.person_id AND m.debt_id = debt;
    END IF;
END $$;

-- The funder's answer, by a named command: it is owed after all, or it is forgiven and nothing is owed any more.
CREATE FUNCTION economy.answer_debt(person uuid, debt uuid, forgiven boolean, said text, by_whom text, for_day date) RETURNS economy.refusal
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    d      entitlement.debt;
    owed   bigint;
    given  ledger.proposal;
    waived ledger.proposal;
BEGIN
    d := economy.take_debt(person, debt);
    owed := CASE WHEN d.debt_id IS NOT NULL THEN entitlement.still_owed(d) END;
    IF owed IS NULL OR owed = 0 OR coalesce(length(btrim(said)), 0) NOT BETWEEN 1 AND 2000 THEN
        RETURN CASE WHEN owed IS NULL THEN 'debt_unknown' WHEN owed = 0 THEN 'debt_closed' ELSE 'words_missing' END;
    END IF;
    INSERT INTO entitlement.debt_move
    SELECT person, debt, count(*) + 1, d.right_id, CASE WHEN forgiven THEN 'forgiven' ELSE 'upheld' END, btrim(said), by_whom, now()
    FROM entitlement.debt_move AS m WHERE m.person_id = person AND m.debt_id = debt;
    IF forgiven THEN
        -- The funder gives, in one posting, what pays its own advance: her balance does not move.
        waived := economy.recovery_of(d, owed, for_day);
        waived.kind := 'waiver';
        given := waived;
        given.amount := owed;
        given.kind := 'top_up';
        PERFORM ledger.post('forgiven ' || debt || ' ' || owed, ARRAY[waived, given], now());
    END IF;
    RETURN NULL;
END $$;

-- Of the next persons who ever owed, those who still do; last: where to go on, null where there are no more. Advances and
-- recoveries of a debt are never apart from it, nor its recoveries beyond its advances: their sum says whether any is left.
CREATE FUNCTION economy.debtors(above uuid, most integer, OUT last uuid, OUT persons uuid[])
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    walked uuid[] := ARRAY (
        SELECT DISTINCT d.person_id FROM entitlement.debt AS d WHERE d.person_id > above ORDER BY d.person_id LIMIT most
    );
BEGIN
    last := walked[cardinality(walked)];
    persons := ARRAY (
        SELECT d.person_id FROM entitlement.debt AS d
        JOIN ledger.transfer AS t ON t.person_id = d.person_id AND t.account_id = d.account_id AND t.reason = 'debt ' || d.debt_id
        WHERE d.person_id = ANY (walked) AND t.kind IN ('advance', 'recovery', 'waiver')
        GROUP BY d.person_id HAVING sum(CASE t.kind WHEN 'advance' THEN t.amount ELSE -t.amount END) > 0
        ORDER BY d.person_id
    );
END $$;

REVOKE ALL ON FUNCTION economy.seizable_part, economy.net_income, economy.dependants, economy.is_contested, economy.takeable,
    economy.taken_this_month, economy.free_of, economy.month_share, economy.takeable_of, economy.recovery_of, economy.take_debt, economy.recover, economy.give_back, economy.contest, economy.answer_debt, economy.debtors FROM PUBLIC;
GRANT SELECT ON economy.seizable, economy.recovery TO cspu_batch, cspu_web;
GRANT EXECUTE ON FUNCTION economy.recover, economy.seizable_part, economy.is_contested, economy.takeable_of TO cspu_batch, cspu_web;
GRANT EXECUTE ON FUNCTION economy.give_back, economy.contest TO cspu_web;
GRANT EXECUTE ON FUNCTION economy.answer_debt, economy.debtors TO cspu_batch;
