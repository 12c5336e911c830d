-- Who is drawn: one row per number of `numbers`; all else follows from it.
--
-- Note [chance without a clock]
-- Every draw is a hash of the person's number and of the seed: the same seed gives the same
-- people in any order, on any number of connections, in one run or in several.
--
-- Note [numbers of nobody]
-- A NIR is taken from communes that do not exist (990 to 999, by seed). Number n gets its own rank and
-- department; every full round of those shifts the month, then the sex, then the year of
-- birth, so that no two persons of a population share a NIR.
CREATE TEMPORARY TABLE profile ON COMMIT DROP AS
WITH numbered AS (
    SELECT n, n %% 93812 AS base, n / 93812 AS round, %(seed)s::bigint * 64 AS salt,
           date_trunc('month', %(until)s::date)::date AS last_month
    FROM unnest(%(numbers)s::bigint[]) AS n
), drawn AS (
    SELECT *,
        (hashint8extended(base, salt + 1) & 1048575) AS h_month,
        (hashint8extended(base, salt + 2) & 1048575) AS h_sex,
        ((hashint8extended(base, salt + 3) & 1048575) + (hashint8extended(base, salt + 4) & 1048575)) / 2
            AS h_year,
        (hashint8extended(n, salt + 5) & 1048575) AS h_day,
        (hashint8extended(n, salt + 6) & 1048575) / 1048576.0::float8 AS u_level,
        (hashint8extended(n, salt + 7) & 1048575) / 1048576.0::float8 AS u_main,
        (hashint8extended(n, salt + 8) & 1048575) / 1048576.0::float8 AS u_change,
        (hashint8extended(n, salt + 9) & 1048575) / 1048576.0::float8 AS u_before,
        (hashint8extended(n, salt + 10) & 1048575) / 1048576.0::float8 AS u_quota,
        (hashint8extended(n, salt + 11) & 1048575) / 1048576.0::float8 AS u_pay,
        (hashint8extended(n, salt + 12) & 1048575) / 1048576.0::float8 AS u_side,
        (hashint8extended(n, salt + 13) & 1048575) / 1048576.0::float8 AS u_leave,
        (hashint8extended(n, salt + 14) & 1048575) / 1048576.0::float8 AS u_exposure,
        (hashint8extended(n, salt + 15) & 1048575) AS h_employer,
        (hashint8extended(n, salt + 16) & 1048575) AS h_name
    FROM numbered
), born AS (
    SELECT *,
        (extract(year FROM last_month)::int - 16 - (h_year * 60 / 1048576 + round / 24) %% 60)::int AS year,
        (1 + (h_month + round) %% 12)::int AS month,
        (h_sex + round / 12) %% 2 = 0 AS female,
        1 + base / 998 AS department,
        CASE
            WHEN u_level < 0.03 THEN NULL
            WHEN u_level < 0.17 THEN 'none'
            WHEN u_level < 0.39 THEN 'level_3'
            WHEN u_level < 0.59 THEN 'level_4'
            WHEN u_level < 0.72 THEN 'level_5'
            WHEN u_level < 0.85 THEN 'level_6'
            WHEN u_level < 0.99 THEN 'level_7'
            ELSE 'level_8'
        END AS level
    FROM drawn
), aged AS (
    SELECT *,
        extract(year FROM last_month)::int - year AS age,
        make_date(year, month, (1 + h_day %% 28)::int) AS birth_date,
        -- Corsica is no longer department 20.
        CASE WHEN department >= 20 THEN department + 1 ELSE department END AS place,
        CASE level WHEN 'none' THEN 17 WHEN 'level_3' THEN 18 WHEN 'level_4' THEN 20 WHEN 'level_5' THEN 21
            WHEN 'level_6' THEN 22 WHEN 'level_7' THEN 24 WHEN 'level_8' THEN 27 ELSE 19 END AS working_age
    FROM born
)
SELECT n, kernel.computed_id('generated', %(seed)s::text, n::text) AS person_id,
    female, birth_date, level, last_month, u_before, u_side, u_leave, u_exposure, u_pay, h_employer, h_name,
    (last_month - make_interval(months => %(months)s::int - 1))::date AS first_month,
    (CASE WHEN female THEN '2' ELSE '1' END) || lpad((year %% 100)::text, 2, '0')
        || lpad(month::text, 2, '0') || lpad(place::text, 2, '0')
        || (990 + %(seed)s::bigint %% 10)::text || lpad((1 + base %% 998)::text, 3, '0') AS nir,
    CASE
        WHEN age < working_age THEN CASE WHEN u_main < 0.3 THEN 'apprenticeship' ELSE 'study' END
        WHEN age >= 64 AND u_main < 0.92 THEN 'retirement'
        WHEN age >= 62 AND u_main < 0.5 THEN 'retirement'
        WHEN u_main < 0.62 THEN 'employment'
        WHEN u_main < 0.74 THEN 'public_service'
        WHEN u_main < 0.83 THEN 'self_employment'
        WHEN u_main < 0.91 THEN 'unemployment'
    END AS status,
    -- One in three changed situation within the months told.
    CASE WHEN u_change < 0.35 AND %(months)s::int > 2
        THEN (last_month - make_interval(months => (u_change / 0.35 * (%(months)s::int - 2))::int))::date
    END AS changed_on,
    CASE WHEN u_quota < 0.78 THEN 1 WHEN u_quota < 0.90 THEN 0.8 WHEN u_quota < 0.96 THEN 0.5 ELSE 0.3 END
        AS quota,
    (11.9 + 3.1 * CASE level WHEN 'level_4' THEN 0.4 WHEN 'level_5' THEN 1 WHEN 'level_6' THEN 2
        WHEN 'level_7' THEN 4 WHEN 'level_8' THEN 5 ELSE 0 END * u_pay
        + 0.12 * least(age - 16, 35))::numeric(14, 4) AS hourly,
    age
FROM aged;
