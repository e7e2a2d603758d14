"""Writes what people decide about a pair."""
