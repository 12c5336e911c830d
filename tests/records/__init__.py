"""Documents a person takes away."""
