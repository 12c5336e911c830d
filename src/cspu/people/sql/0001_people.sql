-- Who a person is. Nothing outside this schema knows a name or a number: the rest of the
-- house speaks of a random person id.

CREATE SCHEMA people;
COMMENT ON SCHEMA people IS 'Persons, their identity apart, organisations; the only place with names';
GRANT USAGE ON SCHEMA people TO cspu_batch, cspu_web;

CREATE TABLE people.person (
    person_id   uuid        NOT NULL DEFAULT gen_random_uuid(),
    provisional boolean     NOT NULL,
    merged_into uuid,
    created_at  timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT person_pkey PRIMARY KEY (person_id),
    CONSTRAINT person_is_not_merged_into_itself CHECK (merged_into <> person_id),
    CONSTRAINT only_a_provisional_person_is_merged CHECK (merged_into IS NULL OR provisional)
);
COMMENT ON TABLE people.person IS
    'One row per person. provisional: known only by an employer''s own number until a NIR comes';
COMMENT ON COLUMN people.person.merged_into IS
    'The person kept when a provisional person turned out to be someone already known or newly numbered';

-- NIR: AES-256-GCM under the key of that version, never in clear (see people/crypto.py).
CREATE TABLE people.identity (
    person_id        uuid        NOT NULL,
    birth_name       text        NOT NULL,
    usual_name       text        NOT NULL DEFAULT '',
    given_names      text        NOT NULL,
    sex              text        NOT NULL DEFAULT '',
    birth_date       date,
    birth_place      text        NOT NULL DEFAULT '',
    birth_department text        NOT NULL DEFAULT '',
    birth_country    text        NOT NULL DEFAULT '',
    nir_encrypted    bytea,
    key_version      integer,
    recorded_at      timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT identity_pkey PRIMARY KEY (person_id),
    CONSTRAINT identity_belongs_to_a_person
        FOREIGN KEY (person_id) REFERENCES people.person (person_id),
    CONSTRAINT sex_is_female_male_or_not_said CHECK (sex IN ('F', 'M', '')),
    CONSTRAINT birth_name_is_present CHECK (birth_name <> ''),
    CONSTRAINT encrypted_nir_names_its_key
        CHECK ((nir_encrypted IS NULL) = (key_version IS NULL)),
    -- nonce (12), thirteen characters, tag (16)
    CONSTRAINT nir_is_encrypted CHECK (octet_length(nir_encrypted) = 41)
);
COMMENT ON TABLE people.identity IS 'Civil identity, apart so that it can be erased without touching the accounts';
COMMENT ON COLUMN people.identity.birth_date IS 'Null when the day or the month was declared unknown';

-- Note [what is unique across persons]
-- A NIR designates one person, so its blind index must be unique over all persons: it cannot have
-- person_id in its key. These two tables are keyed by what is unique and point to no table.
CREATE TABLE people.nir_index (
    blind_index bytea    NOT NULL,
    person_id   uuid     NOT NULL,
    key_version integer NOT NULL,
    CONSTRAINT nir_index_pkey PRIMARY KEY (blind_index),
    CONSTRAINT nir_blind_index_is_a_sha256 CHECK (octet_length(blind_index) = 32)
);
COMMENT ON TABLE people.nir_index IS 'HMAC-SHA256 of the normalised NIR -> person';

-- An employer's own number (NTT) only means something within that employer's SIREN.
CREATE TABLE people.ntt_index (
    blind_index   bytea    NOT NULL,
    person_id     uuid     NOT NULL,
    ntt_encrypted bytea    NOT NULL,
    key_version   integer NOT NULL,
    CONSTRAINT ntt_index_pkey PRIMARY KEY (blind_index),
    CONSTRAINT ntt_blind_index_is_a_sha256 CHECK (octet_length(blind_index) = 32),
    CONSTRAINT ntt_is_encrypted CHECK (octet_length(ntt_encrypted) >= 29)
);
COMMENT ON TABLE people.ntt_index IS 'HMAC-SHA256 of SIREN and NTT -> the person it was first given to, provisional at that time';

CREATE TABLE people.organisation (
    organisation_id uuid        NOT NULL,
    siret           text        NOT NULL,
    name            text        NOT NULL DEFAULT '',
    ape             text        NOT NULL DEFAULT '',
    idcc            text        NOT NULL DEFAULT '',
    region          text        NOT NULL DEFAULT '',
    recorded_at     timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT organisation_pkey PRIMARY KEY (organisation_id),
    CONSTRAINT siret_names_one_organisation UNIQUE (siret),
    CONSTRAINT siret_has_fourteen_digits CHECK (siret ~ '^[0-9]{14}$'),
    CONSTRAINT organisation_id_comes_from_its_siret
        CHECK (organisation_id = kernel.computed_id('organisation', siret))
);
COMMENT ON TABLE people.organisation IS 'Reference table: establishments, by SIRET. Empty name: the declaration does not carry it';

-- One row per provisional person whose NIR became known: who was kept, on whose word, and why.
-- She may have been someone already known (kept_id is that person) or new (kept_id is herself).
CREATE TABLE people.merge_log (
    person_id   uuid        NOT NULL,
    kept_id     uuid        NOT NULL,
    source      text        NOT NULL,
    reason      text        NOT NULL,
    recorded_at timestamptz NOT NULL,
    CONSTRAINT merge_log_pkey PRIMARY KEY (person_id),
    CONSTRAINT merge_names_its_source CHECK (source <> ''),
    CONSTRAINT merge_says_why CHECK (reason <> '')
);
COMMENT ON TABLE people.merge_log IS 'Append-only audit of provisional persons recognised as the person they are';

CREATE TRIGGER merge_log_only_grows
    BEFORE UPDATE OR DELETE OR TRUNCATE ON people.merge_log
    FOR EACH STATEMENT EXECUTE FUNCTION kernel.refuse_rewriting();

GRANT SELECT, INSERT ON people.person, people.identity, people.merge_log TO cspu_batch;
GRANT UPDATE (provisional, merged_into) ON people.person TO cspu_batch;
GRANT UPDATE (birth_name, usual_name, given_names, sex, birth_date, birth_place, birth_department,
              birth_country, nir_encrypted, key_version, recorded_at)
    ON people.identity TO cspu_batch;
-- An index row is replaced, not updated, when the keys are rotated.
GRANT SELECT, INSERT, DELETE ON people.nir_index, people.ntt_index TO cspu_batch;
GRANT SELECT, INSERT, UPDATE ON people.organisation TO cspu_batch;
GRANT SELECT ON people.organisation TO cspu_web;
