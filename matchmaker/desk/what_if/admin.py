"""Previews for operators, for reading."""

from matchmaker.models.what_if import WhatIf
from profiles.admin import show_records

show_records(WhatIf, "pk kind state by asked_at finished_at", "error", "kind state", exclude="found")
