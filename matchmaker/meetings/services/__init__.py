"""Writes what the two sides of an introduction agree about a meeting."""
