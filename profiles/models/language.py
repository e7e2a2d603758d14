"""Texts that a record carries once a language: name_en, name_zh, name_ur, say."""

from django.db.models import Model
from django.utils.translation import get_language


def in_language(record: Model, field: str) -> str:
    """Return the field in the active language; empty where the record does not have it."""
    language = (get_language() or "en")[:2]
    return str(getattr(record, f"{field}_{language}", ""))
