"""Receipts: which company read which field group of a profile, by day."""
