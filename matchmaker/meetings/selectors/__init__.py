"""Reads meetings: the page, the calendar entry, the sums for curators."""
