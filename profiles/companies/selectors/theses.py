"""Theses and deals of an investor, and a quick count of the published startups that a thesis admits.

For approved members only, over the startups that exist for them, by what they may see before any interest.
What is not stated, or hidden, passes: a thesis can only exclude what it knows. Small numbers are told as
"fewer than FEW", so that no series of counts singles a startup out.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from profiles.choices import DealSource, Importance, Revenue
from profiles.models import Deal, Investor, Thesis
from profiles.taxonomy.selectors.amount_bands import limits, span
from profiles.visibility.access import Viewer, startups_for


def deals_of(investor: Investor) -> QuerySet[Deal]:
    """Return all deals of an investor, newest first."""
    return investor.deals.select_related("startup", "sector", "stage", "place", "form")


def own_deals_of(investor: Investor) -> QuerySet[Deal]:
    """Return the deals that the investor stated itself: only these are its own to change."""
    return deals_of(investor).filter(source=DealSource.SELF)


LISTS = tuple(field.name for field in Thesis._meta.many_to_many)


def theses_of(investor: Investor) -> QuerySet[Thesis]:
    """Return all theses of an investor with their lists."""
    return investor.theses.prefetch_related(*LISTS)


NONE = Q(pk__in=())
FEW = 5


@dataclass(frozen=True)
class ThesisReach:
    """`admitted` pass every must-have and exclusion; `wished` of them also meet every wish."""

    admitted: int
    wished: int
    published: int

    @property
    def few(self) -> int:
        """Below which number a count is not told."""
        return FEW

    @property
    def told_admitted(self) -> int:
        """How many are admitted, as far as it is told; 0 for fewer than FEW."""
        return self.admitted if self.admitted >= FEW else 0

    @property
    def told_wished(self) -> int:
        """How many meet every wish too, as far as it is told; 0 for fewer than FEW."""
        return self.wished if self.wished >= FEW else 0


def fit(thesis: Mapping[str, Any], viewer: Viewer) -> ThesisReach | None:
    """Count for the values of a thesis form; unknown or empty criteria ask for nothing.

    None for whom no startup exists yet: who may not browse them does not count them either.
    """
    if not viewer.is_checked:
        return None
    published = startups_for(viewer)
    admitted = published.exclude(_vetoed(thesis))
    wished = admitted
    for condition, importance in _criteria(thesis):
        wished = wished.filter(condition)
        if importance == Importance.MUST:
            admitted = admitted.filter(condition)
    return ThesisReach(_count(admitted), _count(wished), published.count())


def fit_of(thesis: Thesis, viewer: Viewer) -> ThesisReach | None:
    """Count for a stored thesis."""
    plain = ("ticket_min_usd", "ticket_max_usd", "revenue_required", "no_pre_revenue")
    strictly = ("sector_importance", "stage_importance", "place_importance", "form_importance")
    values: dict[str, Any] = {
        name: getattr(thesis, name) for name in (*plain, *strictly, "ticket_importance")
    }
    return fit(values | {name: list(getattr(thesis, name).all()) for name in LISTS}, viewer)


def _count(startups: Any) -> int:
    """Return how many different startups there are (joins through lists repeat them)."""
    return int(startups.values("pk").distinct().count())


def _criteria(thesis: Mapping[str, Any]) -> list[tuple[Q, str]]:
    """Return each stated criterion as a condition, with how strictly it is meant; who says nothing passes."""
    keys = {name: _pks(thesis.get(name)) for name in ("sectors", "stages", "places", "forms")}
    sectors, places = keys["sectors"], keys["places"]
    in_sector = Q(primary_sector__in=sectors) | Q(primary_sector__parent__in=sectors)
    beside = Q(other_sectors__in=sectors) | Q(other_sectors__parent__in=sectors)
    stated = {
        "sector": (sectors, Q(primary_sector=None) | in_sector | beside),
        "stage": (keys["stages"], Q(stage=None) | Q(stage__in=keys["stages"])),
        "place": (places, Q(place=None) | _within("place", places) | _within("operating_places", places)),
        "form": (keys["forms"], Q(forms=None) | Q(forms__in=keys["forms"])),
    }
    given = [(found, f"{name}_importance") for name, (wanted, found) in stated.items() if wanted]
    ticket = _ticket(thesis.get("ticket_min_usd"), thesis.get("ticket_max_usd"))
    if ticket is not None:
        given.append((ticket, "ticket_importance"))
    if revenue := thesis.get("revenue_required"):
        hidden = Q(revenue="") | Q(withheld__revenue__isnull=False)
        given.append((hidden | Q(revenue=revenue), ""))
    return [(found, str(thesis.get(key) or Importance.NICE)) for found, key in given]


def _vetoed(thesis: Mapping[str, Any]) -> Q:
    """Return what the thesis excludes."""
    out = NONE
    if sectors := _pks(thesis.get("sectors_out")):
        out |= Q(primary_sector__in=sectors) | Q(primary_sector__parent__in=sectors)
    if stages := _pks(thesis.get("stages_out")):
        out |= Q(stage__in=stages)
    if forms := _pks(thesis.get("forms_out")):
        out |= Q(forms__in=forms, forms_are_must=True)
    if places := _pks(thesis.get("places_out")):
        out |= _within("place", places)
    if thesis.get("no_pre_revenue"):
        out |= Q(revenue=Revenue.PRE, withheld__revenue__isnull=True)
    return out


def _pks(terms: Collection[Any] | None) -> list[int]:
    """Return the keys of chosen terms."""
    return [term.pk for term in terms or ()]


def _within(field: str, places: list[int]) -> Q:
    """Return whoever is in one of the places, or in a place within one of them."""
    return (
        Q(**{f"{field}__in": places})
        | Q(**{f"{field}__parent__in": places})
        | Q(**{f"{field}__parent__parent__in": places})
    )


def _ticket(low: Any, high: Any) -> Q | None:
    """Return whose shown band of the ask meets the bands of the ticket.

    Only asks whose owner shows them count, and only by their bands: the exact amount stays unknown however
    the ticket is varied.
    """
    bands = span(low, high)
    if bands is None:
        return None
    bottom, top = limits(*bands)
    apart = Q(ask_max_usd__lte=bottom)
    if top is not None:
        apart |= Q(ask_min_usd__gte=top)
    hidden = Q(visibility__ask__isnull=True) | ~Q(visibility__ask="matched") | Q(withheld__ask__isnull=False)
    return hidden | Q(seeks_capital=False) | ~apart
