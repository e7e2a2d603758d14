"""Records for operators."""

from matchmaker.admin import meetings, records

__all__ = ["meetings", "records"]
