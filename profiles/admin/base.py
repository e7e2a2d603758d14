"""What every record's admin does: show, search and filter. Nothing is written here.

Changes go through the pages and commands of docs/run.md, so that each has its service and audit record.
"""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

Base = admin.ModelAdmin[models.Model]


class ReadOnlyAdmin(Base):
    """Records that operators read and nobody edits here."""

    list_per_page = 50
    show_full_result_count = False
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}

    def has_add_permission(self, request: HttpRequest, *_args: Any) -> bool:
        """Nobody adds."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody changes."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody deletes."""
        return False

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """Filter by what `list_filter` names and nothing else.

        Django allows every field of the record: `?password__startswith=` would tell a hash letter by letter.
        """
        return lookup.removesuffix("__exact").removesuffix("__isnull") in (self.list_filter or ())
