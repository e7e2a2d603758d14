"""Writes what the two sides and the curators say about fair dealing."""
