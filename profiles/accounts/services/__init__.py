"""Writes accounts and teams."""
