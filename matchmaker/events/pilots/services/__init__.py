"""Writes pilots, applications and results."""
