"""Reads what the pages of programmes show."""
