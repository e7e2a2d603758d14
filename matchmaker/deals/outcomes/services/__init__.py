"""Outcomes: `recording` is shared with programmes, `introductions` is for the two sides of one."""
