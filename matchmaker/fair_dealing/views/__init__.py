"""Pages about fair dealing."""
