"""Benches: each measures ours against a reference taken in the same run."""
