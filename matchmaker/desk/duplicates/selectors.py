"""What may be one company, two records side by side, and what was merged."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Field, Q, QuerySet
from django.utils.translation import gettext as _

from matchmaker.matching.current_company.selectors import current_company
from matchmaker.models.duplicate import CompanyMerge, DuplicateCandidate, DuplicateState
from profiles.catalogue.visibility.access import see, viewer_of
from profiles.catalogue.visibility.fields import CATALOGUE
from profiles.catalogue.visibility.fields import Field as Declared
from profiles.catalogue.visibility.services import is_open_for
from profiles.choices import Side, Status
from profiles.companies.steps.selectors import name_filter
from profiles.curation.reviews.selectors.reviews import reviewed_field
from profiles.models import SIDES, Investor, Startup, User

Company = Startup | Investor
UNDO_WITHIN = timedelta(days=1)
FOUND = 10
COMPANIES = ("startup", "investor", "other_startup", "other_investor", "decided_by")


def candidates(state: str, side: str = "") -> "QuerySet[DuplicateCandidate]":
    """Return the candidates in a state, of one side if it says so; the most alike first."""
    candidates = DuplicateCandidate.objects.filter(state=state).select_related(*COMPANIES)
    return candidates.filter(**{f"{side}__isnull": False}) if side else candidates


def count_open() -> int:
    return candidates(DuplicateState.OPEN).count()


def open_of(company: Company) -> "QuerySet[DuplicateCandidate]":
    of_company = Q(**{str(company.side): company}) | Q(**{f"other_{company.side}": company})
    return candidates(DuplicateState.OPEN).filter(of_company)


def candidate_of(one: Company, other: Company) -> DuplicateCandidate | None:
    first, second = sorted((one, other), key=lambda candidate: candidate.pk)
    pair = {str(one.side): first, f"other_{one.side}": second}
    return DuplicateCandidate.objects.filter(**pair).select_related("decided_by").first()


def company_of(side: str, public_id: str) -> Company | None:
    company: Company | None = None
    if side in SIDES:
        company = SIDES[side]._default_manager.filter(public_id=public_id).select_related("place").first()
    return company


def others_named(company: Company, words: str) -> list[Company]:
    companies = type(company)._default_manager.filter(name_filter(words)).exclude(pk=company.pk)
    return list(companies.order_by("name_en", "pk")[:FOUND])


def merges() -> "QuerySet[CompanyMerge]":
    return CompanyMerge.objects.select_related("startup", "investor", "by", "undone_by").defer(
        "record", "prints"
    )


def may_be_undone(row: CompanyMerge, *, at: datetime) -> bool:
    return row.undone_at is None and at <= row.at + UNDO_WITHIN


def kept_in_place_of(public_ids: list[str]) -> dict[str, str]:
    rows = CompanyMerge.objects.filter(old_public_id__in=public_ids, undone_at=None).order_by()
    both = ("old_public_id", "startup__public_id", "investor__public_id")
    return {old: startup or investor for old, startup, investor in rows.values_list(*both)}


def is_named_for(user: User | AnonymousUser, public_ids: Collection[str]) -> bool:
    member = current_company(user) if isinstance(user, User) else None
    if member is None:
        return True
    profiles = SIDES[str(member.side.other)]._default_manager.filter(public_id__in=public_ids)
    return not any("name" in see(company, member.viewer).hidden for company in profiles)


@dataclass(frozen=True)
class Unit:
    """Fields that are chosen together: an amount with its currency, say. The first one has the label."""

    key: str
    declared: Declared
    plain: tuple[str, ...]
    lists: tuple[str, ...] = ()
    groups: frozenset[str] = frozenset()
    is_exact: bool = False

    def differs(self, kept: Company, gone: Company) -> bool:
        if any(getattr(kept, name) != getattr(gone, name) for name in self.plain):
            return True
        return any(
            {term.pk for term in getattr(kept, name).all()} != {term.pk for term in getattr(gone, name).all()}
            for name in self.lists
        )


TOGETHER = {"ask_min": ("ask_min", "ask_max", "ask_currency", "ask_min_usd", "ask_max_usd", "rate_on")}
PLACES = {
    Side.STARTUP: ("place", "approved_country"),
    Side.INVESTOR: ("place", "jurisdiction", "approved_country"),
}
SHOWN_OF_DRAFTS = {"name_en", "name_zh", "name_ur", "website"}
NOT_CHOSEN = {"visibility", "confirmed_on"}  # made of both; stays with the kept record


@cache
def units_of(side: Side) -> tuple[Unit, ...]:
    """Return everything of a profile that is chosen from one of two records, in the order of its forms."""
    fields, units = CATALOGUE[side], []
    together = {**TOGETHER, "place": PLACES[side]}
    inner = {name for first, names in together.items() for name in names if name != first}
    for declared in fields.values():
        name = declared.name
        if not declared.is_editable or declared.rows or name in NOT_CHOSEN | inner:
            continue
        names = together.get(name, (name,))
        many = {field.name for field in SIDES[str(side)]._meta.many_to_many}
        units.append(
            Unit(
                key=name,
                declared=declared,
                plain=tuple(each for each in names if each not in many),
                lists=tuple(each for each in names if each in many),
                groups=frozenset(fields[each].group for each in names if each in fields),
                is_exact=declared.is_exact,
            )
        )
    return tuple(units)


def takes_content(kept: Company, gone: Company) -> bool:
    return gone.is_published or not (kept.takes_part or gone.status == Status.DRAFT)


def may_take_exact(kept: Company, gone: Company, curator: User, *, at: datetime) -> bool:
    return all(is_open_for(company, curator, at=at) for company in (kept, gone))


@dataclass(frozen=True)
class ComparedField:
    """One unit in both records. `is_hidden`: exact amounts that the curator has not opened in both."""

    unit: Unit
    label: str
    ours: str
    theirs: str
    differs: bool
    may_take: bool
    is_hidden: bool

    @property
    def default(self) -> str:
        return "gone" if self.may_take and self.theirs and not self.ours else "kept"


def compared(kept: Company, gone: Company, curator: User, *, at: datetime) -> list[ComparedField]:
    can_see, may_take = may_take_exact(kept, gone, curator, at=at), takes_content(kept, gone)
    rows = []
    for unit in units_of(kept.side):
        is_hidden = unit.is_exact and not can_see
        words = [_unit_words(company, unit, curator, is_hidden=is_hidden) for company in (kept, gone)]
        stored: Field[Any, Any] = type(kept)._meta.get_field(unit.key)  # type: ignore[assignment]
        rows.append(
            ComparedField(
                unit=unit,
                label=str(
                    CATALOGUE[Side.STARTUP]["ask"].label if unit.key == "ask_min" else stored.verbose_name
                ),
                ours=words[0],
                theirs=words[1],
                differs=unit.differs(kept, gone),
                may_take=may_take and not is_hidden,
                is_hidden=is_hidden,
            )
        )
    return rows


def _unit_words(company: Company, unit: Unit, curator: User, *, is_hidden: bool) -> str:
    """Return what one record says, in words; of exact amounts the range, or nothing."""
    if company.status == Status.DRAFT and not company.is_unclaimed and unit.key not in SHOWN_OF_DRAFTS:
        return _("in a draft, not submitted yet")
    if unit.key == "ask_min":
        if is_hidden:
            return str(see(company, viewer_of(curator)).ask or "")
        low, high, currency = (
            reviewed_field(company, CATALOGUE[company.side][name]).value
            for name in ("ask_min", "ask_max", "ask_currency")
        )
        return f"{low} – {high} {currency}" if low or high else ""
    return "" if is_hidden else reviewed_field(company, unit.declared).value
