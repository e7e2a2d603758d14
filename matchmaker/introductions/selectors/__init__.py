"""Reads of shortlists and introductions."""
