"""Trust: who may see what, on what basis, and what the person is told of it."""
