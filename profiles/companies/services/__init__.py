"""Writes profiles."""
