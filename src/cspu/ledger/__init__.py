"""The ledger: accounts, transfers, floors, verification. Its rules are in the database."""
