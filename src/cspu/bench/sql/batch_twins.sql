CREATE TABLE public.transfer_twin (LIKE ledger.transfer INCLUDING ALL);
CREATE TABLE public.account_twin (LIKE ledger.account INCLUDING ALL);
INSERT INTO public.account_twin SELECT * FROM ledger.account;
GRANT SELECT, INSERT, UPDATE ON public.transfer_twin, public.account_twin TO cspu_batch;
