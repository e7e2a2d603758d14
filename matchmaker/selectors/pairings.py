"""Pairings as curators see them: by profile, with rank, score and pin."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from matchmaker.choices import Side
from matchmaker.models import Pin
from matchmaker.selectors import rankings
from profiles.models import Investor, Startup
from profiles.selectors.reviews import MODELS

FOUND = 20
Chosen = tuple[Side, Startup | Investor]


@dataclass(frozen=True)
class Found:
    """One profile that a search found."""

    side: Side
    public_id: str
    name: str


@dataclass(frozen=True)
class RankedPair:
    """One counterpart on a profile's list."""

    rank: int
    name: str
    startup_id: str
    investor_id: str
    score: int
    pin: str


def search(words: str) -> list[Found]:
    """Return profiles of either side whose name in any script contains the words."""
    names = Q(name_en__icontains=words) | Q(name_ur__icontains=words) | Q(name_zh__icontains=words)
    return [
        Found(Side(side), profile.public_id, profile.name)
        for side, model in MODELS.items()
        for profile in model._default_manager.filter(names).order_by("name_en", "pk")[:FOUND]
    ]


def chosen(side: str, public_id: str) -> Chosen | None:
    """Return the profile that the address names, if it does."""
    if side not in MODELS:
        return None
    profile = MODELS[side]._default_manager.filter(public_id=public_id).first()
    return (Side(side), profile) if profile else None


def open_pins() -> QuerySet[Pin]:
    """Return the pins that hold."""
    return Pin.objects.filter(released_at=None).select_related("startup", "investor", "by")


def open_pin(startup: Startup, investor: Investor) -> Pin | None:
    """Return the pin on a pairing, if one holds."""
    return open_pins().filter(startup=startup, investor=investor).first()


def ranked_pairs(side: Side, profile: Startup | Investor) -> list[RankedPair]:
    """Return a profile's list in order, with the pins on it."""
    ranking = rankings.stored(side, profile.pk)
    if ranking is None:
        return []
    others = MODELS[side.other]._default_manager.in_bulk([entry.counterpart_id for entry in ranking.entries])
    pins = _pins_of(side, profile)
    rows = []
    for entry in ranking.entries:
        other = others.get(entry.counterpart_id)
        if other is None:
            continue
        ids = (
            (profile.public_id, other.public_id)
            if side == Side.STARTUP
            else (other.public_id, profile.public_id)
        )
        rows.append(RankedPair(entry.rank, other.name, *ids, entry.score // 10, pins.get(other.pk, "")))
    return rows


def rank_on(side: Side, profile: Startup | Investor, other_pk: int) -> int | None:
    """Return the place of a counterpart on a profile's list, from 1; None if it is not on it."""
    ranking = rankings.stored(side, profile.pk)
    entries = ranking.entries if ranking else ()
    return next((entry.rank for entry in entries if entry.counterpart_id == other_pk), None)


def _pins_of(side: Side, profile: Startup | Investor) -> dict[int, str]:
    """Return the kinds of the pins on a profile's pairings, by counterpart."""
    own, other = ("startup", "investor_id") if side == Side.STARTUP else ("investor", "startup_id")
    pins = Pin.objects.filter(released_at=None, **{own: profile})
    return {getattr(pin, other): pin.get_kind_display() for pin in pins}
