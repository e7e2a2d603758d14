"""Records for operators."""

from matchmaker.admin import conversations, records

__all__ = ["conversations", "records"]
