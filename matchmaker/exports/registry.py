"""Exports keep nothing: they only record and limit."""

from matchmaker.exports import kinds  # noqa: F401  registers itself
