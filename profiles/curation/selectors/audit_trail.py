"""The audit trail, for reading, checking and taking away, each act in one sentence."""

import csv
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import F, Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from profiles.audit_actions import SUBJECTS, private_actions, sentence_for
from profiles.choices import Purpose, Role
from profiles.companies.selectors import named
from profiles.models import SIDES, AuditRecord, Deal, Investor, Startup, Thesis, User
from profiles.visibility.fields import CATALOGUE, CONSENT_GROUPS
from profiles.visibility.visible_profile import joined

GROUP_LABELS = {key: group.label for groups in CONSENT_GROUPS.values() for key, group in groups.items()}
LONGEST = 300  # characters of what somebody wrote


def sentence_of(record: AuditRecord, names: list[str]) -> str:
    """Return what happened in one sentence; `names` are those of the companies that it is about."""
    details = {**record.details, "is_self": record.details.get("user") == record.actor_id}
    words = {name: detail_words(name, value) for name, value in details.items()}
    who = str(record.actor) if record.actor else _("The system")
    about = {"who": who, "what": " × ".join(names) or subject_words(record.subject)}
    return str(sentence_for(record.action, details)) % _Lenient(words | about)


class _Lenient(dict[str, str]):
    """Words of which one may be missing, because an old record did not keep it."""

    def __missing__(self, name: str) -> str:
        return "…"


def detail_words(name: str, value: Any) -> str:
    """Return one detail of a record in words."""
    if name in ("fields", "reasons"):
        return joined(field_words(each) for each in value)
    if name == "groups":
        return joined(str(GROUP_LABELS.get(each, each)) for each in value)
    if name == "purpose":
        return str(dict(Purpose.choices).get(value, value))
    if name == "role":
        return str(dict(Role.choices).get(value, value)) or _("none")
    if name == "expires_on" and value:
        return date_format(date.fromisoformat(value))
    # What a program gave as a reason is one of our own texts.
    return _(str(value)[:LONGEST]) if name == "reason" and value else str(value)[:LONGEST]


def field_words(name: str) -> str:
    """Return what the pages call a field, wherever it belongs."""
    for model in (*SIDES.values(), Thesis, Deal, User):
        try:
            found: Any = model._meta.get_field(name)
        except FieldDoesNotExist:
            continue
        if hasattr(found, "verbose_name"):
            return str(found.verbose_name)
    declared = next((fields[name] for fields in CATALOGUE.values() if name in fields), None)
    return str(declared.label) if declared and declared.label else name


def subject_words(subject: str) -> str:
    """Return what a subject is called that names no company which is still here."""
    kind, _colon, rest = subject.partition(":")
    return str(SUBJECTS[kind]).replace("%(code)s", rest) if kind in SUBJECTS else subject


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
    parts = {record.pk: record.subject.split(":") for record in page}
    ids = {pk: rest if kind in ABOUT_COMPANIES else [] for pk, (kind, *rest) in parts.items()}
    wanted = {public_id for found in ids.values() for public_id in found}
    names = {company.public_id: company.name for company in _companies(Q(public_id__in=wanted))}
    known = {pk: [names[each] for each in found if each in names] for pk, found in ids.items()}
    return [AuditLine(record, known[record.pk], sentence_of(record, known[record.pk])) for record in page]


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
