-- Where one origin's assertions wait, on disk, until all of them are known.
CREATE TEMPORARY TABLE staged_spell (
    person_id uuid, spell_id uuid, status text, organisation_id uuid, valid daterange, asserted_for date, details jsonb
) ON COMMIT DROP;
CREATE TEMPORARY TABLE staged_measure (
    person_id uuid, measure text, month date, spell_id uuid, organisation_id uuid, value numeric(14, 4)
) ON COMMIT DROP;
CREATE TEMPORARY TABLE staged_attribute (
    person_id uuid, attribute text, valid daterange, value text, asserted_for date
) ON COMMIT DROP;
CREATE TEMPORARY TABLE staged_event (
    person_id uuid, event_id uuid, kind text, happened_on date, details jsonb
) ON COMMIT DROP;
CREATE TEMPORARY TABLE touched (person_id uuid, kind text, change text, month date) ON COMMIT DROP;
