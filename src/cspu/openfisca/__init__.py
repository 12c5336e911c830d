"""OpenFisca-France beside ours: computed in a process of its own, never in a request (ADR 26)."""
