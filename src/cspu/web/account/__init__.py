"""Screens of the person herself: her account, each right in full, her life course."""
