"""Writes: one verb a function; matching.py runs the engine."""
