\set number random(1, :accounts)
\set amount random(1, 5000)
\set key random(1, 9000000000000000000)
SELECT ledger.post(:key::text, ARRAY[public.drawing('bench', person_id, :amount)], now()) FROM public.drawer WHERE number = :number;
