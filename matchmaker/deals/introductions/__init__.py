"""Decide about a recommendation: shortlist, pass, interest."""
