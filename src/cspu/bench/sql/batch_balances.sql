UPDATE public.account_twin AS held SET credits = held.credits + new.amount, length = held.length + 1
FROM public.transfer_twin AS new
WHERE new.batch_id = %(batch)s AND held.person_id = new.person_id AND held.account_id = new.account_id
