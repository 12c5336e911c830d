"""What she does with what she holds: convert, use, give, the time bank, what she owes."""
