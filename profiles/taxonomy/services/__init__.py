"""Loads and changes closed lists."""
