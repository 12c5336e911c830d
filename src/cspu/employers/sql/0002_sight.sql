-- Exposures as employers stated them are read by named commands alone.

ALTER TABLE employers.exposure_statement ENABLE ROW LEVEL SECURITY;
CREATE POLICY command_works ON employers.exposure_statement TO cspu_batch USING (TRUE) WITH CHECK (TRUE);
