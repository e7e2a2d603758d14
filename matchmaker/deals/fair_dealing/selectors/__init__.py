"""Reads what a page about fair dealing shows."""
