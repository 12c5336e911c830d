"""Where partner instances bring their messages."""
