"""The front page: which corridor this is, how many take part, and one invented pair with its reasons."""

from dataclasses import dataclass

from django.conf import settings
from django.db.models import Sum
from django.db.models.functions import Coalesce

from matchmaker.choices import PinKind, Side
from matchmaker.lists.selectors.cards import CurrentCompany as Member
from matchmaker.lists.selectors.cards import PairInteractions
from matchmaker.models import Pin, Ranking
from matchmaker.pairs.selectors.match_page import MatchPage, match_page
from matchmaker.pairs.selectors.pair import Pair, pair_of
from matchmaker.ranking.definitions import Explanation
from matchmaker.ranking.selectors.stored_lists import is_readable, list_entries
from profiles.choices import Role
from profiles.models import Deal, Investor, Place, Sector, Startup
from profiles.visibility import access
from profiles.visibility.visible_profile import joined

LOOKED_AT = 200  # demo startups whose lists are searched for the pair: a whole market of them would take long
FIRST_FACTS = {Side.STARTUP: 3, Side.INVESTOR: 2}  # of the portrait: what and how early, or who; and where


@dataclass(frozen=True)
class Figures:
    """What there is to find, counted from the records themselves."""

    startups: int
    investors: int
    sectors: int
    places: int
    deals: int
    matches: int


def figures() -> Figures:
    """Count what is published: nothing waiting for review, nothing withdrawn."""
    startups = Startup.objects.published()
    return Figures(
        startups=startups.count(),
        investors=Investor.objects.published().count(),
        sectors=Sector.objects.filter(is_active=True, merged_into__isnull=True).count(),
        places=startups.values("place").exclude(place=None).distinct().count(),
        deals=Deal.objects.count(),
        matches=Ranking.objects.filter(side="startup").aggregate(n=Coalesce(Sum("size"), 0))["n"],
    )


@dataclass(frozen=True)
class CorridorNames:
    """The places whose startups meet whose partners, in the active language."""

    startups: str
    partners: str


def corridor_names() -> CorridorNames | None:
    """Return what the settings name; None where a place is not in the table. One query."""
    ours, theirs = settings.STARTUP_PLACES, settings.PARTNER_PLACES
    found = {place.code: place.name for place in Place.objects.filter(code__in=[*ours, *theirs])}
    if not ours or not theirs or not found.keys() >= {*ours, *theirs}:
        return None
    return CorridorNames(joined(found[code] for code in ours), joined(found[code] for code in theirs))


@dataclass(frozen=True)
class ShownSide:
    """One side of the pair: what a checked stranger across the table sees of it, and what it reads itself."""

    name: str
    pitch: str
    facts: list[str]
    reads: list[str]


@dataclass(frozen=True)
class ShownPair:
    """A startup and a partner, both invented, with the reasons that each reads. The score is of 100."""

    startup: ShownSide
    investor: ShownSide
    score: int


@dataclass(frozen=True)
class FrontPage:
    """Everything on the front page. `pair` is None where nothing invented is ranked."""

    figures: Figures
    corridor: CorridorNames | None
    pair: ShownPair | None


def front_page(pair: Pair | None, explained: Explanation | None) -> FrontPage:
    """Return the front page with this pair, which its score is explained for."""
    shown = _shown(pair, explained) if pair and explained else None
    return FrontPage(figures(), corridor_names(), shown)


def best_demo_pair() -> Pair | None:
    """Return the invented pair with the highest score on a stored list, as its startup may see it.

    Visitors are shown nothing of records that people made: only of those that were invented to be shown.
    The number of queries is constant.
    """
    startups = Startup.objects.published().filter(is_demo=True).order_by("pk")
    lists = Ranking.objects.filter(side=Side.STARTUP, profile_id__in=startups.values("pk")[:LOOKED_AT])
    investors = set(Investor.objects.published().filter(is_demo=True).values_list("pk", flat=True))
    kept_apart = set(
        Pin.objects.filter(kind=PinKind.HIDE, released_at=None).values_list("startup", "investor")
    )
    found = [
        (entry.score, -row.profile_id, -entry.counterpart_id)
        for row in lists
        if is_readable(row)
        for entry in list_entries(bytes(row.entries))
        if entry.counterpart_id in investors
        and entry.is_worth_a_look
        and (row.profile_id, entry.counterpart_id) not in kept_apart
    ]
    if not found:
        return None
    _score, startup, investor = max(found)
    reader, other = Startup.objects.get(pk=-startup), Investor.objects.get(pk=-investor)
    return pair_of(_member_of(reader), other.public_id, whole=True)


def _member_of(company: Startup | Investor) -> Member:
    """Return a member of a company who has said nothing to anybody yet."""
    side = company.side
    viewer = access.Viewer(
        role=Role(side),
        startup_id=company.pk if side is Side.STARTUP else None,
        investor_id=company.pk if side is Side.INVESTOR else None,
        is_checked=True,
    )
    return Member(viewer, side, company, PairInteractions())


def _shown(pair: Pair, explained: Explanation) -> ShownPair | None:
    """Return the pair in words: of each side what the other sees, and what it reads about the other."""
    mirrored = Pair(_member_of(pair.counterpart), pair.startup, pair.investor)
    of_investor, of_startup = match_page(pair, explained), match_page(mirrored, explained)
    scored, theirs = of_investor.scored, of_startup.scored
    if scored is None or theirs is None:
        return None
    return ShownPair(
        startup=_side(of_startup, scored.reasons),
        investor=_side(of_investor, theirs.reasons),
        score=scored.score,
    )


def _side(page: MatchPage, reads: list[str]) -> ShownSide:
    """Return the counterpart of a page as a side of the pair, with what its own people read."""
    facts = page.portrait[: FIRST_FACTS[page.pair.counterpart.side]]
    return ShownSide(page.pair.title, page.pair.pitch, [fact.value for fact in facts if fact.value], reads)
