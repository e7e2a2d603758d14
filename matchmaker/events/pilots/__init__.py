"""Pilots in the provinces, with slots to apply for and results that both sides confirm."""
