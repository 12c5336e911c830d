"""Who sees her data, as the person decides and reads it: consents, questions, mandates, the journal."""
