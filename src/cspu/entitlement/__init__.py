"""Entitlement: what the law makes of the facts, settled into the ledger and explained."""
