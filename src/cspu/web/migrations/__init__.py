"""Grants to the web role on tables that Django makes."""
