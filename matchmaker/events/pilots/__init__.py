"""Pilots in the provinces: a board of them, seats to apply for, and results that both sides stand by."""
