"""Tells the other wing that a profile has changed."""
