"""Screens only, by audience. A view makes one domain call (two where it settles first)."""
