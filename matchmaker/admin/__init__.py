"""Records for operators."""

from matchmaker.admin import conversations, meetings, pilots, records

__all__ = ["conversations", "meetings", "pilots", "records"]
