"""Whose company reads, and what has passed between it and the companies across the table."""
