"""Tests of the life course."""
