-- What employers declared: files received, declarations and their versions, exposures as stated.
--
-- No row here points to a person table; names and numbers of people stay in the files.

CREATE SCHEMA employers;
COMMENT ON SCHEMA employers IS 'Payroll declarations received; which version of each counts';

CREATE TABLE employers.delivery (
    file_sha256   bytea       NOT NULL,
    received_at   timestamptz NOT NULL,
    accepted      boolean     NOT NULL,
    size          bigint      NOT NULL,
    encoding      text        NOT NULL,
    refusal       text        NOT NULL DEFAULT '',
    problem_count integer     NOT NULL DEFAULT 0,
    warning_count integer     NOT NULL DEFAULT 0,
    unknown       jsonb       NOT NULL DEFAULT '{}',
    CONSTRAINT delivery_pkey PRIMARY KEY (file_sha256, received_at),
    CONSTRAINT delivery_is_named_by_a_sha256 CHECK (octet_length(file_sha256) = 32),
    CONSTRAINT a_refusal_says_why CHECK (accepted = (refusal = ''))
);
COMMENT ON TABLE employers.delivery IS 'One row per file received, refused ones too';
COMMENT ON COLUMN employers.delivery.unknown IS
    'Rubrics the norm''s tables do not know -> how many; their values are kept with the person''s contracts';

-- One version of one declaration. Which one counts is decided by order numbers alone, so that the
-- order of arrival does not matter (see cspu.employers.dsn.replay).
CREATE TABLE employers.declaration (
    declaration_id  uuid        NOT NULL,
    slot_id         uuid        NOT NULL,
    siret           text        NOT NULL,
    nature          text        NOT NULL,
    kind            text        NOT NULL,
    month           date        NOT NULL,
    fraction        text        NOT NULL,
    scope           text        NOT NULL,
    order_number    numeric(15) NOT NULL,
    written_on      date        NOT NULL,
    replaced_slot   uuid,
    status          text        NOT NULL,
    test            boolean     NOT NULL,
    content_sha256  bytea       NOT NULL,
    file_sha256     bytea       NOT NULL,
    persons         integer     NOT NULL,
    received_at     timestamptz NOT NULL,
    CONSTRAINT declaration_pkey PRIMARY KEY (declaration_id),
    CONSTRAINT siret_has_fourteen_digits CHECK (siret ~ '^[0-9]{14}$'),
    CONSTRAINT status_is_known CHECK (status IN ('accepted', 'superseded', 'cancelled')),
    CONSTRAINT month_is_a_first_day CHECK (extract(day FROM month) = 1),
    CONSTRAINT content_is_named_by_a_sha256 CHECK (octet_length(content_sha256) = 32)
);
CREATE INDEX declaration_by_slot ON employers.declaration (slot_id);
CREATE INDEX declaration_by_replaced_slot ON employers.declaration (replaced_slot);
CREATE UNIQUE INDEX one_version_of_a_slot_counts ON employers.declaration (slot_id)
    WHERE status = 'accepted';
COMMENT ON TABLE employers.declaration IS 'Declaration log: every version received, and the one that counts';

-- Exposures are declared for a whole year, once or again, and cancelled from another month: the
-- statements are kept, and the facts are what the latest statement for a contract and a year says.
CREATE TABLE employers.exposure_statement (
    person_id       uuid   NOT NULL,
    siret           text   NOT NULL,
    year            integer NOT NULL,
    contract        text   NOT NULL,
    slot_id         uuid   NOT NULL,
    asserted_for    date   NOT NULL,
    contract_start  date   NOT NULL,
    contract_end    date,
    measures        text[] NOT NULL,
    CONSTRAINT exposure_statement_pkey PRIMARY KEY (person_id, siret, year, contract, slot_id)
);
CREATE INDEX exposure_statement_by_slot ON employers.exposure_statement (slot_id);
CREATE INDEX exposure_statement_by_year ON employers.exposure_statement (siret, year);
COMMENT ON COLUMN employers.exposure_statement.measures IS 'Exposure measures stated; empty: exposures cancelled';

GRANT USAGE ON SCHEMA employers TO cspu_batch;
GRANT SELECT, INSERT ON employers.delivery, employers.declaration TO cspu_batch;
GRANT UPDATE (status) ON employers.declaration TO cspu_batch;
GRANT SELECT, INSERT, UPDATE, DELETE ON employers.exposure_statement TO cspu_batch;
