"""Migrations of `employers`: each runs one SQL file."""
