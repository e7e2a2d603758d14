"""Records for operators."""

from matchmaker.admin import conversations, pilots, records

__all__ = ["conversations", "pilots", "records"]
