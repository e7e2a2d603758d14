"""Records for operators."""

from matchmaker.admin import pilots, records

__all__ = ["pilots", "records"]
