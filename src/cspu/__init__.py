"""CSPU: the universal personal social account."""

__version__ = "0.1.0"
