"""Reads closed lists."""
