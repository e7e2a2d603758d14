"""Reads: rankings, matches, the engine's columns, the data of pages."""
