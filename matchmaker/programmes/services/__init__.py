"""Writes programmes and applications for them."""
