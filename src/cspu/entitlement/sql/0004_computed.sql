-- Amounts that OpenFisca-France computes (ADR 26): what it said last of a right in a month, or what it lacked.
--
-- A cache, not a fact nor an entry: it may be thrown away and computed again. The facts' version and the engine's say what it
-- was computed from, so that a page never shows an amount of facts that have changed.

CREATE TABLE entitlement.computed (
    person_id      uuid NOT NULL,
    right_id       text NOT NULL,
    period_start   date NOT NULL,
    amount         bigint,
    lacking        text[] NOT NULL,
    engine         text NOT NULL,
    facts_version  bigint NOT NULL,
    computed_at    timestamptz NOT NULL,
    PRIMARY KEY (person_id, right_id, period_start),
    CONSTRAINT computed_or_says_what_it_lacks CHECK ((amount IS NULL) = (cardinality(lacking) > 0)),
    CONSTRAINT computed_amount_is_none_or_more CHECK (amount >= 0)
);
COMMENT ON TABLE entitlement.computed IS
    'What OpenFisca-France said last of a right in a month, in the smallest unit, or the facts it lacked; a cache, with the versions it was computed from.';

-- Rights that the law opens and whose amount is another engine's, in the months asked, with nothing computed from these facts.
CREATE FUNCTION entitlement.to_compute(persons uuid[], rights text[], as_of date, since date, by_engine text)
RETURNS TABLE (person_id uuid, right_id text, period_start date, period_end date, facts_version bigint)
LANGUAGE plpgsql STABLE ROWS 1000 SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT r.person_id, r.right_id, r.period_start, r.period_end, c.facts_version
    FROM entitlement.review(persons, as_of, 'infinity', since) AS r
    JOIN lifecourse.course AS c ON c.person_id = r.person_id
    WHERE r.right_id = ANY (rights) AND r.entitled AND r.amount IS NULL AND NOT EXISTS (
        SELECT FROM entitlement.computed AS d
        WHERE d.person_id = r.person_id AND d.right_id = r.right_id AND d.period_start = r.period_start
            AND d.facts_version = c.facts_version AND d.engine = by_engine
    );
END $$;

ALTER TABLE entitlement.computed ENABLE ROW LEVEL SECURITY;
CREATE POLICY command_works ON entitlement.computed TO cspu_batch USING (TRUE) WITH CHECK (TRUE);
CREATE POLICY request_in_sight ON entitlement.computed FOR SELECT TO cspu_web
    USING (person_id = kernel.in_sight() AND kernel.shows('right:' || right_id));
GRANT SELECT, INSERT, UPDATE ON entitlement.computed TO cspu_batch;
GRANT SELECT ON entitlement.computed TO cspu_web;
REVOKE ALL ON FUNCTION entitlement.to_compute FROM PUBLIC;
GRANT EXECUTE ON FUNCTION entitlement.to_compute TO cspu_batch;
