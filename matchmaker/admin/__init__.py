"""Records for operators."""

from matchmaker.admin import records

__all__ = ["records"]
