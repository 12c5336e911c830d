-- Who may see what, as reference tables: no personal data. The content is that of
-- trust/access/*.yaml, put here by publish_access; the owner alone writes it, so that neither a
-- request nor a command can grant itself sight.

CREATE SCHEMA trust;
COMMENT ON SCHEMA trust IS 'Who may see what, on what basis, and who did';
GRANT USAGE ON SCHEMA trust TO cspu_batch, cspu_web;

CREATE TABLE trust.secrecy (
    secrecy       text     NOT NULL,
    rank          smallint NOT NULL,
    label_fr      text     NOT NULL,
    label_en      text     NOT NULL,
    definition_fr text     NOT NULL,
    definition_en text     NOT NULL,
    CONSTRAINT secrecy_pkey PRIMARY KEY (secrecy)
);
COMMENT ON TABLE trust.secrecy IS 'Reference table: classes of secrecy, rank 0 the least secret';

CREATE TABLE trust.scope (
    scope    text     NOT NULL,
    secrecy  text     NOT NULL,
    position smallint NOT NULL,
    label_fr text     NOT NULL,
    label_en text     NOT NULL,
    shows_fr text     NOT NULL,
    shows_en text     NOT NULL,
    CONSTRAINT scope_pkey PRIMARY KEY (scope),
    CONSTRAINT scope_has_a_class_of_secrecy FOREIGN KEY (secrecy) REFERENCES trust.secrecy (secrecy)
);
COMMENT ON TABLE trust.scope IS 'Reference table: what there is to see of a person; shows = "what they will see"';

CREATE TABLE trust.kind (
    kind  text NOT NULL,
    scope text NOT NULL,
    CONSTRAINT kind_is_in_one_scope PRIMARY KEY (kind),
    CONSTRAINT kind_belongs_to_a_scope FOREIGN KEY (scope) REFERENCES trust.scope (scope)
);
COMMENT ON TABLE trust.kind IS 'Reference table: kinds of rows (status:employment, right:cpf…) and the one scope that opens them';

CREATE TABLE trust.legal_basis (
    basis       text    NOT NULL,
    label_fr    text    NOT NULL,
    label_en    text    NOT NULL,
    sentence_fr text    NOT NULL,
    sentence_en text    NOT NULL,
    reference   text    NOT NULL,
    relation    text    NOT NULL,
    assumed     boolean NOT NULL,
    CONSTRAINT legal_basis_pkey PRIMARY KEY (basis),
    CONSTRAINT relation_is_known CHECK (
        relation IN ('consent', 'own_file', 'own_rows', 'mandate', 'audit', 'inquiry', 'none')
    ),
    CONSTRAINT legal_basis_says_where_it_is_written CHECK (reference <> ''),
    CONSTRAINT consent_is_the_basis_that_needs_consent
        CHECK ((basis = 'consent') = (relation = 'consent'))
);
COMMENT ON TABLE trust.legal_basis IS 'Reference table: why one may see or act, consent included, and what must be on record for it';
COMMENT ON COLUMN trust.legal_basis.relation IS
    'own_file: the organisation holds a file; own_rows: only rows it asserted itself; assumed says whether a lawyer confirmed';

CREATE TABLE trust.role (
    role           text     NOT NULL,
    position       smallint NOT NULL,
    label_fr       text     NOT NULL,
    label_en       text     NOT NULL,
    description_fr text     NOT NULL,
    description_en text     NOT NULL,
    secrecy        text     NOT NULL,
    second_factor  boolean  NOT NULL,
    CONSTRAINT role_pkey PRIMARY KEY (role),
    CONSTRAINT role_has_a_ceiling_of_secrecy FOREIGN KEY (secrecy) REFERENCES trust.secrecy (secrecy)
);
COMMENT ON TABLE trust.role IS 'Reference table: kinds of actors; secrecy is a ceiling, never a permission';

CREATE TABLE trust.view (
    role    text    NOT NULL,
    scope   text    NOT NULL,
    verb    text    NOT NULL,
    region  text    NOT NULL DEFAULT '',
    basis   text    NOT NULL,
    allowed boolean NOT NULL,
    CONSTRAINT view_says_one_thing_of_a_cell PRIMARY KEY (role, scope, verb, region),
    CONSTRAINT view_is_of_a_role FOREIGN KEY (role) REFERENCES trust.role (role),
    CONSTRAINT view_is_on_a_scope FOREIGN KEY (scope) REFERENCES trust.scope (scope),
    CONSTRAINT view_has_a_basis FOREIGN KEY (basis) REFERENCES trust.legal_basis (basis),
    CONSTRAINT verb_is_known CHECK (verb IN ('read', 'ask', 'answer', 'verify')),
    CONSTRAINT region_is_national_or_an_insee_code CHECK (region ~ '^([0-9]{2})?$'),
    CONSTRAINT only_a_region_refuses CHECK (allowed OR region <> ''),
    CONSTRAINT a_region_adds_by_consent_alone CHECK (NOT allowed OR region = '' OR basis = 'consent'),
    CONSTRAINT one_asks_for_consent CHECK (verb <> 'ask' OR basis = 'consent')
);
COMMENT ON TABLE trust.view IS
    'Reference table: the cells that are allowed nationally (region empty) and what regions change; what has no row is refused';

CREATE TABLE trust.purpose (
    purpose        text     NOT NULL,
    position       smallint NOT NULL,
    label_fr       text     NOT NULL,
    label_en       text     NOT NULL,
    sentence_fr    text     NOT NULL,
    sentence_en    text     NOT NULL,
    masked_days    integer,
    mask_reason_fr text,
    mask_reason_en text,
    CONSTRAINT purpose_pkey PRIMARY KEY (purpose),
    CONSTRAINT masking_lasts_some_days CHECK (masked_days > 0),
    CONSTRAINT masking_says_why CHECK (
        (masked_days IS NULL) = (mask_reason_fr IS NULL)
        AND (masked_days IS NULL) = (mask_reason_en IS NULL)
    )
);
COMMENT ON TABLE trust.purpose IS
    'Reference table: why an account is opened; masked_days: the actor is not named to the person before that many days';

CREATE TABLE trust.purpose_role (
    purpose text NOT NULL,
    role    text NOT NULL,
    CONSTRAINT purpose_role_pkey PRIMARY KEY (purpose, role),
    CONSTRAINT purpose_role_is_of_a_purpose FOREIGN KEY (purpose) REFERENCES trust.purpose (purpose),
    CONSTRAINT purpose_is_given_by_a_role FOREIGN KEY (role) REFERENCES trust.role (role)
);
COMMENT ON TABLE trust.purpose_role IS 'Reference table: who may give which purpose';

CREATE TABLE trust.purpose_term (
    purpose text    NOT NULL,
    days    integer NOT NULL,
    CONSTRAINT purpose_term_pkey PRIMARY KEY (purpose, days),
    CONSTRAINT term_is_of_a_purpose FOREIGN KEY (purpose) REFERENCES trust.purpose (purpose),
    CONSTRAINT term_is_a_year_at_most CHECK (days BETWEEN 1 AND 365)
);
COMMENT ON TABLE trust.purpose_term IS 'Reference table: for how many days one may consent to a purpose';

CREATE TABLE trust.theme (
    theme     text     NOT NULL,
    position  smallint NOT NULL,
    label_fr  text     NOT NULL,
    label_en  text     NOT NULL,
    rep_scope text     NOT NULL,
    CONSTRAINT theme_pkey PRIMARY KEY (theme),
    CONSTRAINT rep_scope_names_one_theme UNIQUE (rep_scope)
);
COMMENT ON TABLE trust.theme IS 'Reference table: themes of a mandate; rep_scope is FranceConnect''s name for it';

CREATE TABLE trust.theme_scope (
    theme text NOT NULL,
    scope text NOT NULL,
    CONSTRAINT theme_scope_pkey PRIMARY KEY (theme, scope),
    CONSTRAINT theme_scope_is_of_a_theme FOREIGN KEY (theme) REFERENCES trust.theme (theme),
    CONSTRAINT theme_opens_a_scope FOREIGN KEY (scope) REFERENCES trust.scope (scope)
);
COMMENT ON TABLE trust.theme_scope IS 'Reference table: scopes that a theme of a mandate opens';

CREATE TABLE trust.mandate_duration (
    duration text    NOT NULL,
    days     integer NOT NULL,
    label_fr text    NOT NULL,
    label_en text    NOT NULL,
    CONSTRAINT mandate_duration_pkey PRIMARY KEY (duration),
    CONSTRAINT duration_is_a_year_at_most CHECK (days BETWEEN 1 AND 365)
);
COMMENT ON TABLE trust.mandate_duration IS 'Reference table: how long a mandate may last';

-- Twin of AccessTable.basis_of: the basis on which a cell is allowed in a region, null where it is
-- refused. What the region says comes first, else the national line holds.
CREATE FUNCTION trust.basis_of(p_role text, p_scope text, p_verb text, p_region text)
    RETURNS text
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    RETURN (
        SELECT CASE WHEN v.allowed THEN v.basis END
        FROM trust.view AS v
        WHERE v.role = p_role AND v.scope = p_scope AND v.verb = p_verb
            AND v.region IN ('', p_region)
        ORDER BY v.region = ''
        LIMIT 1
    );
END
$$;

GRANT SELECT ON
    trust.secrecy, trust.scope, trust.kind, trust.legal_basis, trust.role, trust.view,
    trust.purpose, trust.purpose_role, trust.purpose_term, trust.theme, trust.theme_scope,
    trust.mandate_duration
    TO cspu_batch, cspu_web;
GRANT EXECUTE ON FUNCTION trust.basis_of(text, text, text, text) TO cspu_batch, cspu_web;
