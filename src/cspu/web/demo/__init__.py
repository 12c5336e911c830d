"""The demonstration's log-in: pick a made-up person. Exists in demonstration mode only."""
