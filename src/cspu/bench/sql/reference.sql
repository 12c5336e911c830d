INSERT INTO public.transfer_twin
SELECT * FROM public.rows_to_insert WHERE person_id > %(above)s AND person_id <= %(upto)s;
INSERT INTO public.account_twin AS held
SELECT person_id, account_id, any_value(right_id), any_value(kernel.computed_id('none')), any_value(unit),
    sum(amount), 0, sum(protected), count(*)
FROM public.transfer_twin WHERE person_id > %(above)s AND person_id <= %(upto)s
GROUP BY person_id, account_id ORDER BY person_id, account_id
ON CONFLICT (person_id, account_id) DO UPDATE SET
    credits = held.credits + excluded.credits, protected = held.protected + excluded.protected,
    length = held.length + excluded.length;
INSERT INTO public.slot_twin AS held
SELECT %(upto)s, debit_account_id, any_value(unit), any_value(counterparty), sum(amount), 0
FROM public.transfer_twin WHERE person_id > %(above)s AND person_id <= %(upto)s
GROUP BY debit_account_id ORDER BY debit_account_id
ON CONFLICT (slot_id, account_id) DO UPDATE SET debits = held.debits + excluded.debits;
