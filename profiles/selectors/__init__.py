"""Reads: what a viewer may see, and the data of pages."""
