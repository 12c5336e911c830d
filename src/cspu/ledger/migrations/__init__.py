"""Migrations of `ledger`: each runs one SQL file."""
