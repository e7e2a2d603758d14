"""Reads what the pages of pilots show."""
