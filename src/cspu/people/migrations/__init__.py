"""Migrations of the schemas `kernel` and `people`."""
