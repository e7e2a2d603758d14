"""Curators review profiles and read the audit log."""
