"""The audit trail, for reading, checking and taking away, each act in one sentence."""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from types import MappingProxyType
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from profiles.audit_actions import SUBJECTS, TITLES, private_actions, sentence_for
from profiles.catalogue.visibility.fields import CATALOGUE, CONSENT_GROUPS
from profiles.catalogue.visibility.visible_profile import joined
from profiles.choices import Purpose, Role, Status
from profiles.companies.steps.selectors import name_filter
from profiles.models import SIDES, AuditRecord, Deal, Investor, Startup, Thesis, User
from profiles.sheets import Echo, harmless

GROUP_LABELS = {key: group.label for groups in CONSENT_GROUPS.values() for key, group in groups.items()}
LONGEST = 300  # characters of what someone wrote


def sentence_of(record: AuditRecord, names: list[str], title: str = "") -> str:
    """Return what happened in one sentence; `names` are those of the companies that it is about."""
    details = {**record.details, "is_self": record.details.get("user") == record.actor_id}
    words = {name: detail_words(name, value) for name, value in details.items()}
    who = str(record.actor) if record.actor else _("The system")
    about = {"who": who, "what": " × ".join(names) or subject_words(record.subject, title)}
    return str(sentence_for(record.action, details)) % _Lenient(words | about)


class _Lenient(dict[str, str]):
    """Words of which one may be missing, because an old record did not keep it."""

    def __missing__(self, name: str) -> str:
        return "…"


def detail_words(name: str, value: Any) -> str:
    if name in ("fields", "reasons"):
        return joined(field_words(item) for item in value)
    if name == "groups":
        return joined(str(GROUP_LABELS.get(item, item)) for item in value)
    if name == "purpose":
        return str(dict(Purpose.choices).get(value, value))
    if name == "status":
        return str(dict(Status.choices).get(value, value))
    if name == "role":
        return str(dict(Role.choices).get(value, value)) or _("none")
    if name == "expires_on" and value:
        return date_format(date.fromisoformat(value))
    # What a program gave as a reason is one of our own texts.
    return _(str(value)[:LONGEST]) if name == "reason" and value else str(value)[:LONGEST]


def field_words(name: str) -> str:
    for model in (*SIDES.values(), Thesis, Deal, User):
        try:
            field: Any = model._meta.get_field(name)
        except FieldDoesNotExist:
            continue
        if hasattr(field, "verbose_name"):
            return str(field.verbose_name)
    declared = next((fields[name] for fields in CATALOGUE.values() if name in fields), None)
    if declared and declared.label:
        return str(declared.label)
    return ": ".join(_(part) for part in name.split(": "))  # an English label of our own, such as of weights


def subject_words(subject: str, title: str = "") -> str:
    kind, _colon, rest = subject.partition(":")
    named = _("“%(title)s”") % {"title": title} if title else rest
    return str(SUBJECTS[kind]).replace("%(code)s", named) if kind in SUBJECTS else subject


def titles_of(subjects: Iterable[str]) -> dict[str, str]:
    codes: dict[str, set[str]] = {}
    for subject in subjects:
        kind, _colon, code = subject.partition(":")
        if kind in TITLES:
            codes.setdefault(kind, set()).add(code)
    return {
        f"{kind}:{code}": title for kind, some in codes.items() for code, title in TITLES[kind](some).items()
    }


ABOUT_COMPANIES = ("startup", "investor", "pair")  # subjects that go on with public ids
MOST_FOUND = 10  # companies of each side with a name whose records are shown
NEWEST = ("-at", "-pk")  # what is entered later may have been done earlier
HEADER = ["id", "at", "actor", "action", "subject", "details", "previous_hash", "hash"]


@dataclass(frozen=True)
class AuditLine:
    """One act as the page shows it."""

    record: AuditRecord
    about: str
    links: list[tuple[str, str]]
    sentence: str
    changes: list[dict[str, str]]


@dataclass(frozen=True)
class AuditFilter:
    """Which records are asked for; days are days in UTC. Empty means all."""

    action: str = ""
    subject: str = ""  # words in a company's name, or a part of a subject
    person: str = ""  # words in the name or the address of who did it
    since: date | None = None
    until: date | None = None

    def __bool__(self) -> bool:
        return self != AuditFilter()


def records(asked: AuditFilter = AuditFilter()) -> QuerySet[AuditRecord]:
    rows = AuditRecord.objects.exclude(action__in=private_actions()).select_related("actor")
    if asked.action:
        rows = rows.filter(action=asked.action)
    if asked.person:
        people = User.objects.filter(Q(full_name__icontains=asked.person) | Q(email__icontains=asked.person))
        rows = rows.filter(actor__in=people)
    if asked.since:
        rows = rows.filter(at__gte=datetime.combine(asked.since, time(), UTC))
    if asked.until:
        rows = rows.filter(at__lt=datetime.combine(asked.until, time(), UTC) + timedelta(days=1))
    if asked.subject:
        about = Q(subject__icontains=asked.subject)
        for company in _companies(name_filter(asked.subject), limit=MOST_FOUND):
            about |= Q(subject__contains=company.public_id)
        rows = rows.filter(about)
    return rows.order_by(*NEWEST)


def audit_lines(
    page: Iterable[AuditRecord], kept: Mapping[int, list[dict[str, str]]] = MappingProxyType({})
) -> list[AuditLine]:
    """Return the records of a page with the companies that they are about.

    Three queries, and one for each kind of subject that has titles.
    """
    parts = {record.pk: record.subject.split(":") for record in page}
    ids = {pk: rest if kind in ABOUT_COMPANIES else [] for pk, (kind, *rest) in parts.items()}
    wanted = {public_id for keys in ids.values() for public_id in keys}
    companies = {company.public_id: company for company in _companies(Q(public_id__in=wanted))}
    people = {f"user:{user.pk}": str(user) for user in User.objects.filter(pk__in=_numbers_of_users(parts))}
    titles = titles_of(record.subject for record in page)
    lines = []
    for record in page:
        about = [companies[key] for key in ids[record.pk] if key in companies]
        names = [company.name for company in about]
        links = [(company.name, _path_of(company)) for company in about]
        title = titles.get(record.subject, "")
        label = " × ".join(names) or people.get(record.subject) or subject_words(record.subject, title)
        changes = kept.get(record.pk) or changes_in(record.details)
        lines.append(AuditLine(record, label, links, sentence_of(record, names, title), changes))
    return lines


def _numbers_of_users(parts: Mapping[int, list[str]]) -> set[int]:
    return {int(rest[0]) for kind, *rest in parts.values() if kind == "user" and rest and rest[0].isdigit()}


def _path_of(company: Startup | Investor) -> str:
    is_draft = company.status == Status.DRAFT
    return "" if is_draft else reverse("review", args=[company.side, company.public_id])


def changes_in(details: Mapping[str, Any]) -> list[dict[str, str]]:
    before, after = details.get("before"), details.get("after")
    if not (isinstance(before, dict) and isinstance(after, dict)):
        return []
    return [
        {"label": field_words(name), "before": _told(name, before), "after": _told(name, after)}
        for name in dict.fromkeys([*before, *after])
    ]


def _told(name: str, values: Mapping[str, Any]) -> str:
    value = values.get(name)
    if value in (None, "", [], {}):
        return ""
    is_plain = isinstance(value, str | int | float)
    return detail_words(name, value if is_plain else json.dumps(value, ensure_ascii=False))


def _companies(condition: Q, limit: int | None = None) -> list[Startup | Investor]:
    fields = ("public_id", "name_en", "name_ur", "name_zh", "status")
    return [
        company
        for model in (Startup, Investor)
        for company in model._default_manager.filter(condition).only(*fields).order_by("pk")[:limit]
    ]


def csv_lines(asked: AuditFilter) -> Iterator[str]:
    """Yield the audit log as CSV lines in the order of the chain; private actions are links without words."""
    writer = csv.writer(Echo())
    yield writer.writerow(HEADER)
    rows = records(asked) if asked else AuditRecord.objects.select_related("actor")
    in_chain = F("position").asc(nulls_last=True)
    for row in rows.order_by(in_chain, "pk").iterator(chunk_size=1000):
        yield writer.writerow([harmless(str(cell)) for cell in _cells(row)])


def _cells(row: AuditRecord) -> list[Any]:
    if row.action in private_actions():
        return [row.pk, "", "", "private", "", "", row.previous_hash, row.hash or ""]
    actor = row.actor.email if row.actor else ""
    details = json.dumps(row.details, ensure_ascii=False, sort_keys=True)
    moment = row.at.isoformat()
    return [row.pk, moment, actor, row.action, row.subject, details, row.previous_hash, row.hash or ""]
