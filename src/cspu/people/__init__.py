"""Persons, their identity kept apart, organisations, identity matching."""
