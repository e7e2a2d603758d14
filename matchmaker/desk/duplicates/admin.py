"""Duplicates for operators, for reading."""

from matchmaker.models.duplicate import CompanyMerge, DuplicateCandidate, DuplicateKey, DuplicateProbe
from profiles.admin import show_records

# Not what is compared, nor what a merge remembers.
show_records(DuplicateProbe, "startup investor made_for", "startup__name_en investor__name_en")
show_records(DuplicateKey, "probe", "probe__startup__name_en", exclude="key", unread="key")
show_records(
    DuplicateCandidate,
    "startup other_startup investor other_investor score state decided_by decided_at",
    "startup__name_en investor__name_en",
    "state",
)
show_records(
    CompanyMerge,
    "old_public_id startup investor by at undone_at",
    "old_public_id",
    exclude="record prints",
    unread="record prints",
)
