"""Migrations of the entitlement room."""
