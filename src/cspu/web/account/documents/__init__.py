"""Her data are hers: everything at once, a statement, a proof of one right."""
