"""The audit trail, for reading, checking and taking away."""

import csv
import json
from collections.abc import Iterator

from django.db.models import QuerySet

from profiles.models import AuditRecord

HEADER = ["id", "at", "actor", "action", "subject", "details", "previous_hash", "hash"]


class Echo:
    """A file that hands each line back instead of keeping it, so that a long export needs no memory."""

    def write(self, line: str) -> str:
        """Return the line."""
        return line


def records(action: str = "", subject: str = "") -> QuerySet[AuditRecord]:
    """Return the records, newest first, of one action or about subjects that contain a text."""
    found = AuditRecord.objects.select_related("actor")
    if action:
        found = found.filter(action=action)
    if subject:
        found = found.filter(subject__icontains=subject)
    return found


def csv_lines() -> Iterator[str]:
    """Yield the whole trail as CSV lines, oldest first."""
    writer = csv.writer(Echo())
    yield writer.writerow(HEADER)
    for row in AuditRecord.objects.order_by("pk").select_related("actor").iterator(chunk_size=1000):
        actor = row.actor.email if row.actor else ""
        details = json.dumps(row.details, ensure_ascii=False, sort_keys=True)
        cells = [
            row.pk,
            row.at.isoformat(),
            actor,
            row.action,
            row.subject,
            details,
            row.previous_hash,
            row.hash,
        ]
        yield writer.writerow([harmless(str(cell)) for cell in cells])


def harmless(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell[:1] in {"=", "+", "-", "@", "\t", "\r"} else cell
