"""Who may see which field of a profile."""
