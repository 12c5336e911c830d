CREATE TABLE public.rows_to_insert AS SELECT * FROM ledger.transfer ORDER BY person_id, account_id, rank;
CREATE INDEX ON public.rows_to_insert (person_id);
CREATE TABLE public.transfer_twin (LIKE ledger.transfer INCLUDING ALL);
CREATE TABLE public.account_twin (LIKE ledger.account INCLUDING ALL);
CREATE TABLE public.slot_twin (LIKE ledger.slot INCLUDING ALL);
