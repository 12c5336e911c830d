"""Who may see what, and how a person shows a part of it to others."""
