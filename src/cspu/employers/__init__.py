"""Employers: what they declare (DSN) and, later, what they pay and plan."""
