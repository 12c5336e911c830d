"""Proofs of one right for a third party."""
