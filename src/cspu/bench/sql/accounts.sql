-- So many accounts of one right, each with an opening award from the funder everyone draws on.
INSERT INTO ledger.unit VALUES ('EUR', 2);
CREATE TABLE public.drawer AS
SELECT row_number() OVER (ORDER BY person_id)::integer AS number, person_id
FROM (SELECT gen_random_uuid() AS person_id FROM generate_series(1, %(accounts)s)) AS drawn;
CREATE UNIQUE INDEX ON public.drawer (number);
GRANT SELECT ON public.drawer TO cspu_batch;
CREATE FUNCTION public.drawing(key text, person uuid, amount bigint) RETURNS ledger.proposal
LANGUAGE sql IMMUTABLE RETURN (
    person, ledger.account_of(person, 'training', '00000000-0000-0000-0000-000000000000'), 'training',
    '00000000-0000-0000-0000-000000000000', 'EUR', '00000000-0000-0000-0000-00000000f00d', 'funder:bench', amount, 0,
    'top_up', key, '2026-01-01', '2026-01-01', '2026-01-01', '2026-01-01'
)::ledger.proposal;
GRANT EXECUTE ON FUNCTION public.drawing TO cspu_batch;
SELECT ledger.post('opening', ARRAY (SELECT public.drawing('opening', person_id, 1000000) FROM public.drawer ORDER BY person_id), now());
