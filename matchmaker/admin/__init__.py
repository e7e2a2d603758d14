"""Records for operators."""

from matchmaker.admin import pairs, records

__all__ = ["pairs", "records"]
