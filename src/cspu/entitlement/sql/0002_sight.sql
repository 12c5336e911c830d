-- Who sees how far a person is settled: named commands everybody's, a request that of the person in sight.

ALTER TABLE entitlement.settled ENABLE ROW LEVEL SECURITY;
CREATE POLICY command_works ON entitlement.settled TO cspu_batch USING (TRUE) WITH CHECK (TRUE);
CREATE POLICY request_in_sight ON entitlement.settled FOR SELECT TO cspu_web
    USING (person_id = kernel.in_sight() AND kernel.shows('course'));
