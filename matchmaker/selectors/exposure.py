"""Who is seen how often: appearances on the first pages of everybody's list."""

from collections import Counter
from dataclasses import dataclass

from django.core.cache import cache
from django.utils.translation import get_language

from matchmaker.choices import Side
from matchmaker.models import Ranking
from matchmaker.selectors import rankings
from profiles.selectors.reviews import MODELS

TOP = 20
NAMED = 10  # how many of each kind the desk names
SECONDS = 60


@dataclass(frozen=True)
class Seen:
    """One profile and on how many top-20 lists it stands."""

    side: str
    public_id: str
    name: str
    lists: int
    capacity: int


@dataclass(frozen=True)
class Exposure:
    """What a curator should look at."""

    unseen_startups: list[Seen]
    unseen_investors: list[Seen]
    overloaded: list[Seen]


def exposure() -> Exposure:
    """Return who is on nobody's list and who is on more than it can answer; at most a minute old."""
    key = f"exposure-{get_language()}"  # names are in the reader's language
    found: Exposure | None = cache.get(key)
    if found is None:
        found = _exposure()
        cache.set(key, found, SECONDS)
    return found


def _exposure() -> Exposure:
    """Count appearances on all lists of both sides."""
    everyone = {side: _seen(side) for side in (Side.STARTUP, Side.INVESTOR)}
    overloaded = [row for rows in everyone.values() for row in rows if row.lists > row.capacity]
    return Exposure(
        unseen_startups=[row for row in everyone[Side.STARTUP] if row.lists == 0][:NAMED],
        unseen_investors=[row for row in everyone[Side.INVESTOR] if row.lists == 0][:NAMED],
        overloaded=sorted(overloaded, key=lambda row: (row.capacity - row.lists, row.public_id))[:NAMED],
    )


def _on_top(packed: bytes) -> list[int]:
    """Return whom a list shows among its first; who is full stands after the others and does not count."""
    head = rankings.unpack(packed)[:TOP]
    found: list[int] = head["counterpart"][(head["flags"] & rankings.TIER) > 0].tolist()
    return found


def _seen(side: Side) -> list[Seen]:
    """Return every published profile of a side with the number of top-20 lists it is on."""
    counted: Counter[int] = Counter()
    lists = Ranking.objects.filter(side=side.other).values_list("entries", flat=True)
    for packed in lists.iterator(chunk_size=500):
        counted.update(_on_top(bytes(packed)))
    published = MODELS[side]._default_manager.filter(status="approved", matching_consent=True)
    return [
        Seen(side, profile.public_id, profile.name, counted[profile.pk], profile.capacity)
        for profile in published.only("public_id", "name_en", "name_zh", "name_ur", "capacity").order_by("pk")
    ]
