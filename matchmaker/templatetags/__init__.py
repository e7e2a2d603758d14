"""Filters that templates load by name."""
