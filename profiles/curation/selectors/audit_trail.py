"""The audit trail, for reading, checking and taking away."""

import csv
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, QuerySet

from profiles.audit_actions import private_actions
from profiles.companies.selectors.status import named
from profiles.curation.selectors.audit_words import sentence_of
from profiles.models import AuditRecord, Investor, Startup

ABOUT_COMPANIES = ("startup", "investor", "pair")  # subjects that go on with public ids
MOST_FOUND = 10  # companies of each side with a name whose records are shown
NEWEST = ("-at", "-pk")  # what is entered later may have been done earlier
HEADER = ["id", "at", "actor", "action", "subject", "details", "previous_hash", "hash"]


class Echo:
    """A file that hands each line back instead of keeping it, so that a long export needs no memory."""

    def write(self, line: str) -> str:
        """Return the line."""
        return line


@dataclass(frozen=True)
class AuditLine:
    """One act as the page shows it: `names` of the companies it was about, and what happened."""

    record: AuditRecord
    names: list[str]
    sentence: str


def records(action: str = "", words: str = "") -> QuerySet[AuditRecord]:
    """Return the records, newest first, of one action or about what contains some words: companies or ids."""
    found = (
        AuditRecord.objects.exclude(action__in=private_actions()).select_related("actor").order_by(*NEWEST)
    )
    if action:
        found = found.filter(action=action)
    if words:
        about = Q(subject__icontains=words)
        for company in _companies(named(words), limit=MOST_FOUND):
            about |= Q(subject__contains=company.public_id)
        found = found.filter(about)
    return found


def audit_lines(page: Iterable[AuditRecord]) -> list[AuditLine]:
    """Return the records of a page with the names of the companies they are about. Two queries."""
    ids = {record.pk: _public_ids(record.subject) for record in page}
    wanted = {public_id for found in ids.values() for public_id in found}
    names = {company.public_id: company.name for company in _companies(Q(public_id__in=wanted))}
    known = {pk: [names[each] for each in found if each in names] for pk, found in ids.items()}
    return [AuditLine(record, known[record.pk], sentence_of(record, known[record.pk])) for record in page]


def _public_ids(subject: str) -> list[str]:
    """Return the public ids of the companies that a subject names."""
    kind, *rest = subject.split(":")
    return rest if kind in ABOUT_COMPANIES else []


def _companies(condition: Q, limit: int | None = None) -> list[Startup | Investor]:
    """Return the companies of both sides that meet a condition, at most so many of each."""
    fields = ("public_id", "name_en", "name_ur", "name_zh")
    return [
        company
        for model in (Startup, Investor)
        for company in model._default_manager.filter(condition).only(*fields).order_by("pk")[:limit]
    ]


def csv_lines() -> Iterator[str]:
    """Yield the trail as CSV lines in the order of the chain; private actions are links without words."""
    writer = csv.writer(Echo())
    yield writer.writerow(HEADER)
    in_chain = F("position").asc(nulls_last=True)
    for row in AuditRecord.objects.order_by(in_chain, "pk").select_related("actor").iterator(chunk_size=1000):
        yield writer.writerow([harmless(str(cell)) for cell in _cells(row)])


def _cells(row: AuditRecord) -> list[Any]:
    """Return one record's cells; of a company's own matters only the links of the chain."""
    if row.action in private_actions():
        return [row.pk, "", "", "private", "", "", row.previous_hash, row.hash or ""]
    actor = row.actor.email if row.actor else ""
    details = json.dumps(row.details, ensure_ascii=False, sort_keys=True)
    moment = row.at.isoformat()
    return [row.pk, moment, actor, row.action, row.subject, details, row.previous_hash, row.hash or ""]


def harmless(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell[:1] in {"=", "+", "-", "@", "\t", "\r"} else cell
