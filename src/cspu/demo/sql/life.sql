-- What they live, from their profile: one row a spell, with what each month of it is worth.
-- Facts are told from the first month on: what came before is left unsaid.
CREATE TEMPORARY TABLE life ON COMMIT DROP AS
WITH told AS (
    SELECT p.*, coalesce(changed_on, first_month) AS started,
        (%(organisations)s::uuid[])[1 + (h_employer * h_employer / 1048576 * %(employers)s::bigint / 1048576)] AS employer,
        (%(organisations)s::uuid[])[1 + h_employer %% %(employers)s::bigint] AS other_employer
    FROM profile AS p JOIN arrived USING (person_id)
)
SELECT person_id, slot, status, employer AS organisation_id, daterange(starts, ends) AS valid,
    hours::numeric(14, 4) AS hours, hourly, exposure, volunteer_hours::numeric(14, 4) AS volunteer_hours,
    kernel.computed_id('generated', person_id::text, slot) AS spell_id,
    kernel.computed_id('generated', person_id::text) AS origin_id, last_month
FROM (
    SELECT person_id, 'main' AS slot, status, started AS starts, NULL::date AS ends,
        CASE WHEN status IN ('employment', 'public_service', 'apprenticeship') THEN employer
             ELSE %(nobody)s::uuid END AS employer,
        CASE WHEN status IN ('employment', 'public_service', 'apprenticeship')
            THEN round((151.67 * quota)::numeric, 2) END AS hours,
        CASE WHEN status = 'apprenticeship' THEN round(hourly * 0.55, 2) ELSE round(hourly, 2) END AS hourly,
        CASE WHEN status = 'employment' AND coalesce(level, 'none') IN ('none', 'level_3', 'level_4')
            THEN CASE WHEN u_exposure < 0.06 THEN 'exposure_night_work'
                WHEN u_exposure < 0.10 THEN 'exposure_alternating_shifts'
                WHEN u_exposure < 0.13 THEN 'exposure_repetitive_work' END END AS exposure,
        NULL::numeric AS volunteer_hours, last_month
    FROM told WHERE status IS NOT NULL
    UNION ALL
    SELECT person_id, 'before',
        CASE WHEN status IN ('study', 'apprenticeship') THEN 'study'
             WHEN status = 'retirement' OR u_before < 0.6 THEN 'employment' ELSE 'unemployment' END,
        first_month, changed_on,
        CASE WHEN status NOT IN ('study', 'apprenticeship') AND (status = 'retirement' OR u_before < 0.6)
             THEN other_employer ELSE %(nobody)s::uuid END,
        CASE WHEN status NOT IN ('study', 'apprenticeship') AND (status = 'retirement' OR u_before < 0.6)
             THEN 151.67 END,
        round(hourly * 0.95, 2), NULL, NULL, last_month
    FROM told WHERE status IS NOT NULL AND changed_on > first_month
    UNION ALL
    SELECT person_id, 'second job', 'employment', started, NULL, other_employer,
        round((151.67 * 0.3)::numeric, 2), 11.9, NULL, NULL, last_month
    FROM told WHERE status = 'employment' AND quota < 1 AND u_side < 0.2
    UNION ALL
    SELECT person_id, 'platform', 'platform_work', started, NULL, %(nobody)s::uuid, NULL, NULL, NULL, NULL, last_month
    FROM told WHERE u_side BETWEEN 0.2 AND 0.22
    UNION ALL
    SELECT person_id, 'volunteering', 'volunteering', first_month, NULL, other_employer, NULL, NULL, NULL,
        5 + h_name %% 25, last_month
    FROM told WHERE u_side > 0.93
    UNION ALL
    SELECT person_id, 'sick', 'sick_leave', sick, sick + 5 + (h_name %% 50)::int, employer, NULL, NULL, NULL, NULL,
        last_month
    FROM (SELECT *, started + (u_leave / 0.1 * (last_month - started))::int AS sick
          FROM told WHERE status IN ('employment', 'public_service') AND u_leave < 0.1) AS fell
    UNION ALL
    SELECT person_id, 'care', 'caregiving', first_month, NULL, %(nobody)s::uuid, NULL, NULL, NULL, NULL, last_month
    FROM told WHERE u_leave BETWEEN 0.4 AND 0.43 AND age > 25
    UNION ALL
    SELECT person_id, 'civic service', 'civic_service', first_month, (first_month + interval '8 months')::date,
        %(nobody)s::uuid, NULL, NULL, NULL, NULL, last_month
    FROM told WHERE status = 'study' AND u_leave BETWEEN 0.5 AND 0.55 AND age BETWEEN 17 AND 25
    UNION ALL
    SELECT person_id, 'disability', 'disability', first_month, NULL, %(nobody)s::uuid, NULL, NULL, NULL, NULL, last_month
    FROM told WHERE u_leave BETWEEN 0.6 AND 0.63
) AS spells (person_id, slot, status, starts, ends, employer, hours, hourly, exposure, volunteer_hours, last_month);
