"""Who is there, what she may see, and the trace it leaves."""
