"""What every record's admin does: show, search and filter. Nothing is written here.

Changes go through the pages and commands of docs/run.md, so that each has its service and audit record.
"""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

Base = admin.ModelAdmin[models.Model]


class ReadOnlyAdmin(Base):
    """Records that operators read and nobody edits here; `unread` columns are not even loaded."""

    list_per_page = 50
    show_full_result_count = False
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    unread: tuple[str, ...] = ()

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[models.Model]:
        """Return the records without what is secret or large."""
        return super().get_queryset(request).defer(*self.unread)

    def get_list_select_related(self, request: HttpRequest) -> list[str]:
        """Return the records of other kinds that the list names, which are loaded with it."""
        others = {field.name for field in self.opts.get_fields() if field.many_to_one}
        return [name for name in self.list_display if name in others]

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


def show_records(
    *kinds: type[models.Model], columns: str, search: str, filters: str = "", **options: tuple[str, ...]
) -> None:
    """Let operators read records: names of fields for the list, its search and its filters, between blanks.

    `options` are a ModelAdmin's own: `fields` or `exclude` say what one record's page shows.
    """
    lists = {"list_display": columns.split(), "search_fields": search.split(), "list_filter": filters.split()}
    made = type("RecordAdmin", (ReadOnlyAdmin,), {**lists, **options, "__module__": __name__})
    admin.site.register(kinds, made)
