"""Migrations of the lifecourse room."""
