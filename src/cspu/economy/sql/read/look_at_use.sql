-- What a use would take and what would be added, source by source; the refusal on every row.
SELECT found.refusal, s.label_fr, s.label_en, s.amount, s.protected, s.expires_on, s.earmark, s.rule, s.funder, s.reference, s.assumption
FROM economy.look_at_use(%(use)s, %(payee)s, %(amount)s, %(on)s) AS found
LEFT JOIN LATERAL (
    SELECT 1 AS part, d.place, coalesce(p.label_fr, '') AS label_fr, coalesce(p.label_en, '') AS label_en, d.amount, d.protected,
        NULLIF(d.expires_on, 'infinity') AS expires_on, coalesce(p.earmark, '') AS earmark, '' AS rule,
        coalesce(p.counterparty, '') AS funder, '' AS reference, FALSE AS assumption
    FROM unnest(found.drawn) WITH ORDINALITY AS d (account_id, organisation_id, amount, protected, expires_on, place)
    LEFT JOIN economy.pot AS p ON p.pot_id = d.organisation_id
    UNION ALL
    SELECT 2, a.place, t.label_fr, t.label_en, a.amount, 0, NULL, t.earmark, t.rule, t.funder, t.reference, t.assumption
    FROM unnest(found.added) WITH ORDINALITY AS a (rule, in_force, amount, place)
    JOIN economy.top_up_rule AS t ON t.rule = a.rule AND t.in_force = a.in_force
) AS s ON found.refusal IS NULL
ORDER BY s.part, s.place
