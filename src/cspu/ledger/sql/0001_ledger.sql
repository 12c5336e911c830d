-- The ledger: double entry by structure, append-only, floors that hold, seals that show tampering.
--
-- Note [a person's side and the other side]. Every transfer has exactly one side on a person's
-- account; the other side is a funder's, payee's or clearing account. The person's accounts live
-- with the person (ledger.account). The other side is hot, since everyone draws on it: its totals
-- are kept in 256 slots chosen by the person's id and summed on reading (ledger.slot), so two
-- persons seldom wait for one another and one person's act touches one shard.
--
-- Note [numbered per account]. A transfer is known by its account and its rank in it. Who posts one movement takes
-- the account's row first and its rank from it: the second waits. Of two batches that read the same length, the
-- second collides on the key: it fails instead of posting twice.
--
-- Note [sealed by batch]. Each transfer's hash covers its own content: whose it is, in which account, at
-- which rank, and all it says; an altered row is named. Each batch is sealed over the hashes of its transfers
-- and the seal of the batch before it, in one of 256 lanes: the slot of the batch's first person
-- (ledger.lane holds each lane's last seal). So rows rewritten together with their hashes, and batches
-- removed, inserted or exchanged, are named too, and the lanes' last seals stand for the whole ledger.
-- A posting waits for another's lane no longer than for its slots.
--
-- Note [an act is for its day]. What the law gives is for a period lived, due after it. What a person or a funder
-- does is for the day it is done, and due that day.

CREATE SCHEMA ledger;

CREATE TABLE ledger.unit (
    unit  text PRIMARY KEY,
    scale smallint NOT NULL,
    CONSTRAINT unit_scale_small CHECK (scale BETWEEN 0 AND 4)
);

CREATE TABLE ledger.account (
    person_id       uuid NOT NULL,
    account_id      uuid NOT NULL,
    right_id        text NOT NULL,
    organisation_id uuid NOT NULL,
    unit            text NOT NULL,
    credits         bigint NOT NULL,
    debits          bigint NOT NULL,
    protected       bigint NOT NULL,
    length          integer NOT NULL,
    held            bigint NOT NULL DEFAULT 0,
    held_protected  bigint NOT NULL DEFAULT 0,
    overdraft       bigint NOT NULL DEFAULT 0,
    ceiling         bigint,
    PRIMARY KEY (person_id, account_id),
    CONSTRAINT account_totals_grow CHECK (credits >= 0 AND debits >= 0 AND length >= 0),
    CONSTRAINT account_protects_nothing_negative CHECK (protected >= 0),
    CONSTRAINT account_holds_a_part CHECK (held_protected BETWEEN 0 AND held),
    CONSTRAINT account_overdraws_only_what_protects_nothing CHECK (overdraft = 0 OR (overdraft > 0 AND protected = 0)),
    CONSTRAINT account_floor_never_breaks CHECK (credits - debits - held >= greatest(protected - held_protected, 0) - overdraft),
    CONSTRAINT account_ceiling_never_passed CHECK (credits - debits <= ceiling)
);
COMMENT ON COLUMN ledger.account.protected IS
    'Part of the balance that nothing but its own purpose may touch, in smallest units.';
COMMENT ON COLUMN ledger.account.held IS
    'Part of the balance promised by open holds; held_protected: what of it is the protected share''s own purpose.';
COMMENT ON COLUMN ledger.account.overdraft IS
    'How far below zero the account may go: the limit of a mutual credit, and zero for every right.';
COMMENT ON COLUMN ledger.account.ceiling IS
    'How much the account may hold: the other limit of a mutual credit. Null, for every right of the law: no such limit.';

CREATE TABLE ledger.transfer (
    person_id         uuid NOT NULL,
    account_id        uuid NOT NULL,
    rank              integer NOT NULL,
    debit_account_id  uuid NOT NULL,
    credit_account_id uuid NOT NULL,
    organisation_id   uuid NOT NULL,
    unit              text NOT NULL,
    amount            bigint NOT NULL,
    protected         bigint NOT NULL,
    kind              text NOT NULL,
    reason            text NOT NULL,
    right_id          text NOT NULL,
    version           date NOT NULL,
    counterparty      text NOT NULL,
    period_start      date NOT NULL,
    period_end        date NOT NULL,
    due_on            date NOT NULL,
    recorded_at       timestamptz NOT NULL,
    batch_id          uuid NOT NULL,
    hash              bytea NOT NULL,
    PRIMARY KEY (person_id, account_id, rank),
    CONSTRAINT transfer_moves_something CHECK (amount > 0),
    CONSTRAINT transfer_protects_a_part CHECK (protected BETWEEN 0 AND amount),
    CONSTRAINT transfer_has_two_sides CHECK (debit_account_id <> credit_account_id),
    CONSTRAINT transfer_has_one_person_side CHECK (account_id IN (debit_account_id, credit_account_id)),
    CONSTRAINT transfer_rank_counts_from_one CHECK (rank > 0),
    CONSTRAINT transfer_kind_known CHECK (kind IN (
        'award', 'correction',               -- settlement's own: what facts and law give
        'conversion', 'use', 'gift', 'help', -- what a person does with what she holds
        'top_up', 'return',                  -- what a funder adds, and what goes back to it
        'advance', 'recovery',               -- what was given too much, and how it is paid back
        'waiver'                             -- or who forgave it pays it
    )),
    -- Its hash covers these words one after the other: a bar in one of them could hide where each ends.
    CONSTRAINT transfer_words_hold_no_bar CHECK (strpos(unit || reason || right_id || counterparty, '|') = 0),
    CONSTRAINT transfer_is_for_a_period CHECK (
        period_start <= period_end
        AND (period_end < due_on OR (period_end = due_on AND kind NOT IN ('award', 'correction')))
    )
);
COMMENT ON COLUMN ledger.transfer.period_start IS 'The period lived or worked that the transfer is for; never the day of payment.';
COMMENT ON COLUMN ledger.transfer.organisation_id IS 'With whom the account is held: transfers alone say all that an account says.';
COMMENT ON COLUMN ledger.transfer.version IS 'Entry into force of the version of the right that gave it.';
COMMENT ON COLUMN ledger.transfer.protected IS 'Part of the amount that enters or leaves the protected share.';

CREATE TABLE ledger.slot (
    slot_id      uuid NOT NULL,
    account_id   uuid NOT NULL,
    unit         text NOT NULL REFERENCES ledger.unit,
    counterparty text NOT NULL,
    debits       bigint NOT NULL,
    credits      bigint NOT NULL,
    PRIMARY KEY (slot_id, account_id),
    CONSTRAINT slot_totals_grow CHECK (credits >= 0 AND debits >= 0)
);

CREATE TABLE ledger.batch (
    person_id       uuid NOT NULL,
    batch_id        uuid NOT NULL,
    idempotency_key text NOT NULL,
    inputs_hash     bytea,
    posted_by       text NOT NULL,
    recorded_at     timestamptz NOT NULL,
    transfers       integer NOT NULL,
    lane_id         uuid NOT NULL,
    number          bigint NOT NULL,
    seal            bytea NOT NULL,
    PRIMARY KEY (batch_id, person_id),
    CONSTRAINT batch_posts_something CHECK (transfers > 0),
    CONSTRAINT batch_number_counts_from_one CHECK (number > 0),
    -- Settlement takes a new key for every posting: nothing to compare another's inputs with.
    CONSTRAINT batch_of_proposals_keeps_their_hash
        CHECK (inputs_hash IS NOT NULL OR starts_with(idempotency_key, 'settlement '))
);
COMMENT ON TABLE ledger.batch IS
    'One row per posting, kept with its first person: its key, its number and seal in its lane.';
COMMENT ON COLUMN ledger.batch.inputs_hash IS
    'What was proposed from outside under the key, to refuse the key''s reuse for something else; null for what settlement posts.';
COMMENT ON COLUMN ledger.batch.seal IS
    'SHA-256 of the seal before it in its lane, what this row says, and the hashes of its transfers in the order of their key.';

CREATE TABLE ledger.lane (
    lane_id uuid PRIMARY KEY,
    batches bigint NOT NULL,
    seal    bytea NOT NULL,
    CONSTRAINT lane_counts_batches CHECK (batches >= 0)
);
COMMENT ON TABLE ledger.lane IS 'How many batches each lane holds, and its last seal: of an empty one, its own id.';

CREATE TYPE ledger.proposal AS (
    person_id       uuid,
    account_id      uuid,
    right_id        text,
    organisation_id uuid,
    unit            text,
    counter_id      uuid,
    counterparty    text,
    amount          bigint,
    protected       bigint,
    kind            text,
    reason          text,
    version         date,
    period_start    date,
    period_end      date,
    due_on          date
);
COMMENT ON TYPE ledger.proposal IS
    'A movement to post. amount > 0 enters the person''s account, amount < 0 leaves it; protected has the sign of amount or is 0.';

-- Append-only, for every role: not by good will.
CREATE FUNCTION ledger.refuse_rewriting() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the ledger is append-only: post a correction instead'
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER transfer_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger.transfer
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_rewriting();
CREATE TRIGGER batch_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger.batch
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_rewriting();
CREATE TRIGGER account_is_never_deleted BEFORE DELETE OR TRUNCATE ON ledger.account
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_rewriting();
CREATE TRIGGER slot_is_never_deleted BEFORE DELETE OR TRUNCATE ON ledger.slot
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_rewriting();
CREATE TRIGGER lane_is_never_deleted BEFORE DELETE OR TRUNCATE ON ledger.lane
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_rewriting();

GRANT USAGE ON SCHEMA ledger TO cspu_batch, cspu_web;
GRANT SELECT ON ALL TABLES IN SCHEMA ledger TO cspu_batch, cspu_web;
