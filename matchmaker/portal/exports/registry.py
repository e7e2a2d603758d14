"""Exports keep nothing: they only record and limit."""

from matchmaker.portal.exports import kinds  # noqa: F401  registers itself
