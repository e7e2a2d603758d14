"""Agree on a time to talk: up to three proposals, a calendar entry for both sides, and one question after."""
