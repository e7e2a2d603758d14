"""The directory of curators: every profile of a side in any state, in columns, with what can be sorted by."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.core.paginator import Page, Paginator
from django.db.models import F, Max, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from matchmaker.choices import Side
from matchmaker.models.saved_view import SavedView
from profiles.catalogue.visibility.visible_profile import joined, reading
from profiles.choices import EvidenceLevel, Status
from profiles.companies.evidence.selectors import COUNTED_ENDORSEMENTS, supported
from profiles.companies.steps.selectors import name_filter
from profiles.models import SIDES, Evidence, Investor, Membership, Startup, Thesis, User
from profiles.models.profile import name_order

PER_PAGE = 25
NAME = "name"
NUMBERS = {Side.STARTUP: "registration_number", Side.INVESTOR: "registry_id"}


@dataclass(frozen=True)
class Column:
    """A column; `order`: what it is sorted by, empty where it cannot be. The others are shown on request."""

    code: str
    label: str | Promise
    value: Callable[[Any], str]
    order: str = ""
    is_usual: bool = True


def _date(moment: datetime | None) -> str:
    return date_format(timezone.localtime(moment), "DATE_FORMAT") if moment else ""


def people_of(profile: Any) -> list[User]:
    return [member.user for member in profile.members]


def domain_of(profile: Startup | Investor) -> str:
    return (urlsplit(profile.website).hostname or "").removeprefix("www.")


def _sectors(profile: Any) -> str:
    if isinstance(profile, Startup):
        return profile.primary_sector.name if profile.primary_sector else ""
    return joined(dict.fromkeys(sector.name for each in profile.looked_for for sector in each.wanted))


def _checked(profile: Startup | Investor) -> str:
    return _date(profile.reviewed_at) if profile.is_checked else gettext("no")


def signed_in_at(profile: Startup | Investor) -> datetime | None:
    return max((at for person in people_of(profile) if (at := person.last_login)), default=None)


def _evidence(profile: Any) -> str:
    claims = supported(profile, profile.current_evidence, [claim.claim for claim in profile.endorsed])
    labels = [f"{claim.claim.label}: {claim.level.label}" for claim in claims if claim.is_supported]
    if labels:
        return " · ".join(labels)
    site = domain_of(profile)
    at_site = any(person.email.rpartition("@")[2] == site for person in people_of(profile))
    return (
        gettext("Email address at its website") if site and at_site else str(EvidenceLevel.SELF_STATED.label)
    )


def _columns(side: Side) -> tuple[Column, ...]:
    number, is_startup = NUMBERS[side], side == Side.STARTUP
    extra = (
        Column("stage", _("Stage"), lambda one: str(one.stage or ""), "stage__position"),
        Column("kind", _("Kind"), lambda one: str(one.get_kind_display()), "kind"),
    )
    return (
        Column(NAME, _("Name"), lambda one: one.name, NAME),
        Column("number", _("Number"), lambda one: str(getattr(one, number)), number),
        Column("mail", _("Contact email"), lambda one: one.contact_email, "contact_email"),
        Column("people", _("People"), _people, is_usual=False),
        Column("domain", _("Website"), domain_of, "website", is_usual=False),
        Column("sector", _("Sector"), _sectors, "primary_sector__code" if is_startup else ""),
        Column("place", _("Location"), lambda one: str(one.place or ""), "place__name_en"),
        extra[0] if is_startup else extra[1],
        Column("status", _("Status"), lambda one: str(Status(one.status).label), "status"),
        Column("claimed", _("Claimed"), _claimed, "is_unclaimed"),
        Column("checked", _("Reviewed by a curator"), _checked, "reviewed_at"),
        Column("signed_in", _("Last sign-in"), lambda one: _date(signed_in_at(one)), "signed_in"),
        Column("changed", _("Last change"), lambda one: _date(one.changed_at), "changed_at", is_usual=False),
        Column("evidence", _("Evidence"), _evidence, is_usual=False),
        Column("id", _("ID"), lambda one: one.public_id, "public_id", is_usual=False),
    )


def _people(profile: Startup | Investor) -> str:
    return joined(person.email for person in people_of(profile))


def _claimed(profile: Startup | Investor) -> str:
    return gettext("yes") if people_of(profile) else gettext("no")


COLUMNS: dict[Side, tuple[Column, ...]] = {side: _columns(side) for side in Side}


def columns_of(side: Side, codes: Iterable[str]) -> tuple[Column, ...]:
    """Return the columns with these codes, the usual ones where no code is known; the name comes first."""
    wanted = {NAME, *codes}
    columns = tuple(column for column in COLUMNS[side] if column.code in wanted)
    return columns if len(columns) > 1 else tuple(column for column in COLUMNS[side] if column.is_usual)


def all_profiles(side: Side) -> QuerySet[Any]:
    return SIDES[side].objects.all()


def matching(rows: QuerySet[Any], words: str) -> QuerySet[Any]:
    side = rows.model.side
    condition = name_filter(words) | Q(public_id__iexact=words)
    for field in (NUMBERS[side], "contact_email", "website"):
        condition |= Q(**{f"{field}__icontains": words})
    members = Membership.objects.filter(user__email__icontains=words, **{f"{side}__isnull": False})
    return rows.filter(condition | Q(pk__in=members.values(side)))


def with_sign_in(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Say of each profile when one of its people last signed in, for what has to be asked of all of them."""
    side = str(rows.model.side)
    people = Membership.objects.filter(**{side: OuterRef("pk")}).order_by().values(side)
    annotated: QuerySet[Any] = rows.annotate(
        signed_in=Subquery(people.annotate(last=Max("user__last_login")).values("last"))
    )
    return annotated


def in_order(rows: QuerySet[Any], sort: str) -> QuerySet[Any]:
    column = next((each for each in COLUMNS[rows.model.side] if each.code == sort.lstrip("-")), None)
    if column is None or not column.order or column.code == NAME:
        name = name_order(reading())  # as it is shown
        return rows.order_by(name.desc() if sort == f"-{NAME}" else name, "pk")
    rows = with_sign_in(rows) if column.order == "signed_in" else rows
    key = F(column.order)
    return rows.order_by(key.desc(nulls_last=True) if sort[0] == "-" else key.asc(nulls_last=True), "pk")


def loaded(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Load what the columns show; as many queries for many rows as for one."""
    people = Membership.objects.select_related("user").order_by("joined_at", "pk")
    evidence = Evidence.objects.current(timezone.localdate()).order_by("pk")
    rows = rows.prefetch_related(
        Prefetch("memberships", people, to_attr="members"),
        Prefetch("evidences", evidence, to_attr="current_evidence"),
        Prefetch("endorsements", COUNTED_ENDORSEMENTS[rows.model.side], to_attr="endorsed"),
    ).defer(*TEXTS)
    if rows.model is Startup:
        return rows.select_related("place", "primary_sector", "stage")
    sectors = Prefetch("sectors", to_attr="wanted")
    theses = Thesis.objects.only("investor_id").prefetch_related(sectors).order_by("pk")
    return rows.select_related("place").prefetch_related(Prefetch("theses", theses, to_attr="looked_for"))


TEXTS = ("summary_en", "summary_ur", "summary_zh", "name_key", "declined", "visibility", "withheld")


def directory_page(rows: QuerySet[Any], sort: str, number: str) -> "Page[Any]":
    """Return a page of the filtered profiles, in order."""
    page = Paginator(in_order(rows, sort).values_list("pk", flat=True), PER_PAGE).get_page(number)
    pks = list(page.object_list)
    profiles = loaded(all_profiles(rows.model.side)).in_bulk(pks)
    page.object_list = [profiles[pk] for pk in pks if pk in profiles]
    return page


def cells(profile: Startup | Investor, columns: Sequence[Column]) -> list[str]:
    return [str(column.value(profile)) for column in columns]


CHUNK = 1000


def export_rows(rows: QuerySet[Any], sort: str, columns: Sequence[Column]) -> Iterator[list[str]]:
    """Yield the rows of the table, a part at a time, so that a long export needs little memory."""
    for profile in loaded(in_order(rows, sort)).iterator(chunk_size=CHUNK):
        yield cells(profile, columns)


def saved_views(user: User) -> QuerySet[SavedView]:
    return SavedView.objects.filter(user=user)
