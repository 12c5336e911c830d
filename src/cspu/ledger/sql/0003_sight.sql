-- Who sees accounts and transfers, by row-level security: named commands all of them; a request those of
-- the one person in sight, of the rights that were opened. Which transfers came together, and what
-- funders' slots and lanes hold, is nobody's to see in a request.

ALTER TABLE ledger.account ENABLE ROW LEVEL SECURITY;
CREATE POLICY command_works ON ledger.account TO cspu_batch USING (TRUE) WITH CHECK (TRUE);
CREATE POLICY request_in_sight ON ledger.account FOR SELECT TO cspu_web
    USING (person_id = kernel.in_sight() AND kernel.shows('right:' || right_id));

ALTER TABLE ledger.transfer ENABLE ROW LEVEL SECURITY;
CREATE POLICY command_works ON ledger.transfer TO cspu_batch USING (TRUE) WITH CHECK (TRUE);
CREATE POLICY request_in_sight ON ledger.transfer FOR SELECT TO cspu_web
    USING (person_id = kernel.in_sight() AND kernel.shows('right:' || right_id));

ALTER TABLE ledger.batch ENABLE ROW LEVEL SECURITY;
CREATE POLICY command_works ON ledger.batch TO cspu_batch USING (TRUE) WITH CHECK (TRUE);

REVOKE SELECT ON ledger.batch, ledger.lane, ledger.slot FROM cspu_web;
