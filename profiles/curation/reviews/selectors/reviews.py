"""What a reviewer reads about a profile, and what has changed since it was shown."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from django.core import signing
from django.db.models import Model, QuerySet
from django.db.models.fields import Field
from django.utils import translation
from django.utils.crypto import salted_hmac
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from profiles.catalogue.taxonomy.selectors import terms
from profiles.catalogue.visibility.access import Viewer, country_of, see
from profiles.catalogue.visibility.fields import CATALOGUE, ordered
from profiles.catalogue.visibility.fields import Field as Declared
from profiles.catalogue.visibility.visible_profile import joined
from profiles.choices import Side
from profiles.companies.held_edits.selectors import loaded, newest, newest_rows
from profiles.companies.steps.selectors import WAITING
from profiles.curation.reviews.selectors.audit_trail import (
    GROUP_LABELS,
    NEWEST,
    AuditLine,
    audit_lines,
    field_words,
)
from profiles.models import SIDES, Appeal, AuditRecord, Investor, Review, ReviewReason, Startup
from profiles.people.accounts.kinds import EDITED
from profiles.platform.audit.services import subject_of


@dataclass(frozen=True)
class ReviewedField:
    name: str
    label: str
    value: str
    is_told_before: bool = False


@dataclass(frozen=True)
class EarlierDecision:
    """A decision that was made before; `asked` has its reasons, each with the label of its field."""

    review: Review
    asked: tuple[tuple[str, ReviewReason], ...]


def open_appeals() -> QuerySet[Appeal]:
    return Appeal.objects.filter(answered_at=None).select_related("startup", "investor")


def reviewable(side: str) -> QuerySet[Any]:
    return SIDES[side].objects.exclude(status="draft").select_related("place")


def reviewed_fields(profile: Startup | Investor) -> list[ReviewedField]:
    """Return what there is to read, field by field, empty ones included (a gap is a finding too)."""
    return [reviewed_field(profile, field) for field in reviewed(profile.side)]


def shown_fields(profile: Startup | Investor, viewer: Viewer) -> list[ReviewedField]:
    """Return what a curator reads: of exact amounts the band, until a reason was given for opening them."""
    exact = closed_amounts(profile, viewer)
    if not exact:
        return reviewed_fields(profile)
    ask = see(profile, viewer).ask
    band, label = (str(ask or ""), str(CATALOGUE[profile.side]["ask"].label))
    return [
        replace(field, label=label, value=band, is_told_before=field.name != exact[0])
        if field.name in exact
        else field
        for field in reviewed_fields(profile)
    ]


def exact_fields(side: Side) -> list[str]:
    return [field.name for field in reviewed(side) if field.is_exact and not field.codes]


def closed_amounts(profile: Startup | Investor, viewer: Viewer) -> list[str]:
    """Return the exact amounts of which a curator reads the band, in their order."""
    if profile.pk in viewer.opened:
        return []
    return exact_fields(profile.side)


def has_exact(profile: Startup | Investor) -> bool:
    return any(field.is_exact and shown(profile, field) for field in reviewed(profile.side))


def reviewed(side: Side) -> list[Declared]:
    return [field for field in ordered(CATALOGUE[side].values(), "reviewed") if not field.rows]


def reviewed_field(record: Model, declared: Declared) -> ReviewedField:
    label = str(record._meta.get_field(declared.name).verbose_name)  # type: ignore[union-attr]
    return ReviewedField(declared.name, label, shown(record, declared))


def shown(record: Model, declared: Declared) -> str:
    name = declared.name
    field = record._meta.get_field(name)
    value: Any = getattr(record, name)
    if declared.is_place:
        return terms.data_place(value)
    if declared.codes:
        return joined(dict(declared.codes).get(item, item) for item in value)
    if field.many_to_many:
        return joined(value.all())
    if isinstance(field, Field) and field.choices:
        return str(getattr(record, f"get_{name}_display")())
    return _in_words(value)


def _in_words(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return joined(value)
    if isinstance(value, date):
        return date_format(value)
    if isinstance(value, Decimal):
        return number_format(
            value.normalize() if value % 1 else value.to_integral(), use_l10n=True, force_grouping=True
        )
    return str(value)


def history(profile: Startup | Investor) -> list[EarlierDecision]:
    return [
        EarlierDecision(review, tuple((field_words(reason.field), reason) for reason in review.given.all()))
        for review in profile.reviews.prefetch_related("given__canned")
    ]


def edited_since(profile: Startup | Investor) -> list[str]:
    """Return what its owner has changed since the last decision, in words; nothing before the first one."""
    records = edits_since(profile)
    return sorted({field_words(name) for record in records for name in record.details.get("fields", ())})


def edits_since(profile: Startup | Investor) -> list[AuditRecord]:
    """Return the edits since the last decision, oldest first; none before the first one."""
    if profile.reviewed_at is None:
        return []
    edits = AuditRecord.objects.filter(action=EDITED, subject=subject_of(profile))
    return list(edits.filter(at__gt=profile.reviewed_at).select_related("kept").order_by("pk"))


def audit_lines_of(subject: str, size: int = 20) -> list[AuditLine]:
    found = AuditRecord.objects.filter(subject=subject).select_related("actor").order_by(*NEWEST)
    return audit_lines(list(found[:size]))


def is_waiting(profile: Startup | Investor) -> bool:
    """Tell whether a decision is due."""
    return type(profile)._default_manager.filter(WAITING, pk=profile.pk).exists()


def evidence(profile: Startup | Investor) -> list[dict[str, str]]:
    people = [member.user.email for member in profile.memberships.select_related("user")]
    site = (urlsplit(profile.website).hostname or "").removeprefix("www.")
    matches = [address for address in people if site and address.rpartition("@")[2] == site]
    approved = profile.approved_country
    moved = [{"label": _("Previously approved country"), "value": terms.data_place(approved)}]
    return [
        *(moved if approved and approved != country_of(profile) else []),
        {"label": _("People"), "value": joined(people)},
        {"label": _("Website"), "value": profile.website},
        {"label": _("Email addresses at this website"), "value": joined(matches)},
        {"label": _("Consents given"), "value": _consents(profile)},
        {"label": _("Last confirmed on"), "value": _in_words(profile.confirmed_on)},
    ]


def _consents(profile: Startup | Investor) -> str:
    """Return what the company has agreed to, each time with everything for which it agreed to the same."""
    purposes: dict[str, list[str]] = {}
    for given in profile.consents.filter(withdrawn_at=None).order_by("group", "pk"):
        purposes.setdefault(given.group, []).append(given.get_purpose_display())
    groups: dict[str, list[str]] = {}
    for group, names in purposes.items():
        label = str(GROUP_LABELS[group]) if group else _("the profile")
        groups.setdefault(joined(names), []).append(label)
    words = [
        _("%(purposes)s: %(groups)s") % {"purposes": names, "groups": " · ".join(labels)}
        for names, labels in groups.items()
    ]
    return pgettext("between two clauses", "; ").join(words)


@dataclass(frozen=True)
class ReviewedList:
    name: str
    label: str
    rows: list[list[ReviewedField]]


def reviewed_lists(profile: Startup | Investor, *, is_newest: bool = True) -> list[ReviewedList]:
    """Return the lists of a profile, empty ones included; as many queries for many rows as for one."""
    lists = []
    for each in ordered(CATALOGUE[profile.side].values(), "reviewed"):
        if each.rows:
            lists.append(reviewed_list(profile, each.name, is_newest=is_newest))
    return lists


def reviewed_list(profile: Startup | Investor, name: str, *, is_newest: bool = True) -> ReviewedList:
    """Return one list of a profile, as its people last wrote it or as it was approved."""
    manager: Any = getattr(profile, name)
    fields = ordered(CATALOGUE[profile.side][name].rows, "reviewed")
    rows = newest_rows(profile, name) if is_newest else loaded(manager)
    label = str(manager.model._meta.verbose_name_plural)
    return ReviewedList(name, label, [_row(row, fields) for row in rows])


def _row(row: Model, fields: tuple[Declared, ...]) -> list[ReviewedField]:
    shown = [reviewed for reviewed in (reviewed_field(row, field) for field in fields) if reviewed.value]
    amounts = {field.name.rpartition("_")[0] or field.name for field in shown if "currency" not in field.name}
    # A currency says something only beside its amount.
    return [
        field
        for field in shown
        if "currency" not in field.name or field.name.removesuffix("_currency") in amounts
    ]


SALT = "profiles.curation.reviews.snapshot"


@dataclass(frozen=True)
class Change:
    label: str
    before: str
    after: str


@dataclass(frozen=True)
class ReviewSnapshot:
    digests: Mapping[str, str]
    shown: Mapping[str, str]

    @cached_property
    def version(self) -> str:
        return _digest(sorted(self.digests.items()))

    @property
    def token(self) -> str:
        return signing.dumps([dict(self.digests), dict(self.shown)], salt=SALT, compress=True)


def snapshot_in(token: str) -> ReviewSnapshot:
    """Return the snapshot in a form; an empty one, which equals no profile, if there is none."""
    try:
        digests, shown = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return ReviewSnapshot({}, {})
    return ReviewSnapshot(digests, shown)


def snapshot_of(
    content: "Content", fields: Iterable[ReviewedField], lists: Iterable[ReviewedList]
) -> ReviewSnapshot:
    return ReviewSnapshot(content.fields, _texts(fields, lists))


def version_of(profile: Startup | Investor) -> str:
    return ReviewSnapshot(content_of(profile).fields, {}).version


def changes(before: ReviewSnapshot, after: ReviewSnapshot, labels: Mapping[str, str]) -> list[Change]:
    """Return the changes in the order of the labels. A text shared by several fields appears once."""
    changes = (
        Change(label, *_difference(before.shown.get(name, ""), after.shown.get(name, "")))
        for name, label in labels.items()
        if name in before.digests and before.digests[name] != after.digests[name]
    )
    return list(dict.fromkeys(changes))


def labels_of(fields: Iterable[ReviewedField], lists: Iterable[ReviewedList]) -> dict[str, str]:
    return {field.name: field.label for field in fields} | {rows.name: rows.label for rows in lists}


def _difference(before: str, after: str) -> list[str]:
    old, new = before.splitlines(), after.splitlines()
    return ["\n".join(line for line in one if line not in other) for one, other in ((old, new), (new, old))]


@dataclass(frozen=True)
class Content:
    fields: Mapping[str, str]
    rows: Mapping[str, list[str]]


def content_of(profile: Startup | Investor) -> Content:
    with translation.override("en"):
        lists = reviewed_lists(profile)
        texts = _texts(reviewed_fields(newest(profile)), lists)
    rows = {part.name: [_digest(line_of(row)) for row in part.rows] for part in lists}
    return Content({name: _digest(text) for name, text in texts.items()}, rows)


def _texts(fields: Iterable[ReviewedField], lists: Iterable[ReviewedList]) -> dict[str, str]:
    rows = {part.name: "\n".join(line_of(row) for row in part.rows) for part in lists}
    return {field.name: field.value for field in fields} | rows


def line_of(row: list[ReviewedField]) -> str:
    return " · ".join(f"{field.label}: {' '.join(field.value.split())}" for field in row)


def _digest(content: Any) -> str:
    """Return a keyed digest, so that hidden contents cannot be guessed from it."""
    return salted_hmac(SALT, str(content), algorithm="sha256").hexdigest()[:24]
