"""What anybody may ask without an account: is this proof sound, with which keys, was it withdrawn."""
