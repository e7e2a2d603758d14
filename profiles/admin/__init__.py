"""Records for operators."""

from profiles.admin import companies, people, records, terms

__all__ = ["companies", "people", "records", "terms"]
