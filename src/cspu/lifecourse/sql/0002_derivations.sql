-- Small pure functions that facts are derived with.

CREATE FUNCTION lifecourse.days(covered datemultirange) RETURNS integer
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT coalesce(sum(upper(stretch) - lower(stretch)), 0)::integer FROM unnest(covered) AS stretch
$$;
COMMENT ON FUNCTION lifecourse.days IS 'Days covered, each counted once; NULL, unasked, where there is nothing: most people have no spell of most statuses.';

CREATE FUNCTION lifecourse.months(covered datemultirange) RETURNS integer
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT count(DISTINCT month)::integer
    FROM unnest(covered) AS stretch,
        generate_series(date_trunc('month', lower(stretch)::timestamp), upper(stretch)::timestamp - interval '1 day',
            interval '1 month') AS month
$$;
COMMENT ON FUNCTION lifecourse.months IS 'Calendar months with at least one day covered; NULL, unasked, where there is nothing.';

CREATE FUNCTION lifecourse.whole_months(from_day date, to_day date) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT (extract(year FROM age((to_day + 1)::timestamp, from_day::timestamp)) * 12 + extract(month FROM age((to_day + 1)::timestamp, from_day::timestamp)))::integer
$$;
COMMENT ON FUNCTION lifecourse.whole_months IS 'Whole months from one day to another, both included.';

CREATE FUNCTION lifecourse.age(birth_date date, on_day date) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT extract(year FROM age(on_day::timestamp, birth_date::timestamp))::integer $$;

GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA lifecourse TO cspu_batch, cspu_web;
