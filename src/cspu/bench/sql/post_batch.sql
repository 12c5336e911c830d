SELECT ledger.post(%(key)s, ARRAY (
    SELECT public.drawing('bench', person_id, 100) FROM public.drawer
    WHERE number > %(above)s::integer AND number <= %(above)s::integer + %(size)s ORDER BY person_id
), now())
