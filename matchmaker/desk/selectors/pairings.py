"""Pairings as curators see them: by profile, with rank, score and pin."""

from dataclasses import dataclass

from django.db.models import QuerySet

from matchmaker.choices import Gate, PinKind, Side
from matchmaker.models import Pass, Pin
from matchmaker.pairs.selectors.match_page import FactorRow, GateRow, factor_rows, gate_rows
from matchmaker.ranking.definitions import Explanation
from matchmaker.ranking.selectors import stored_lists
from matchmaker.ranking.selectors.stored_lists import demand_points, round_tenths
from profiles.companies.selectors import named
from profiles.models import SIDES, Investor, Startup

FOUND = 20
ChosenProfile = tuple[Side, Startup | Investor]


@dataclass(frozen=True)
class FoundProfile:
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
    fit_startup: int
    fit_investor: int
    demand_points: int
    is_so_that_seen: bool
    pin: str


def search(words: str) -> list[FoundProfile]:
    """Return profiles of either side whose name in any script contains the words."""
    return [
        FoundProfile(Side(side), profile.public_id, profile.name)
        for side, model in SIDES.items()
        for profile in model.objects.filter(named(words)).order_by("name_en", "pk")[:FOUND]
    ]


def chosen_profile(side: str, public_id: str) -> ChosenProfile | None:
    """Return the profile that the address names, if it does."""
    if side not in SIDES:
        return None
    profile = SIDES[side].objects.filter(public_id=public_id).first()
    return (Side(side), profile) if profile else None


def open_pins() -> QuerySet[Pin]:
    """Return the pins that hold."""
    return Pin.objects.filter(released_at=None).select_related("startup", "investor", "by")


def open_pin(startup: Startup, investor: Investor) -> Pin | None:
    """Return the pin on a pairing, if one holds."""
    return open_pins().filter(startup=startup, investor=investor).first()


def ranked_pairs(side: Side, profile: Startup | Investor) -> list[RankedPair]:
    """Return a profile's list in order, with the pins on it."""
    ranking = stored_lists.stored_ranking(side, profile.pk)
    if ranking is None:
        return []
    others = SIDES[side.other].objects.in_bulk([entry.counterpart_id for entry in ranking.entries])
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
        rows.append(_ranked(entry, other.name, ids, pins.get(other.pk, "")))
    return rows


def _ranked(entry: stored_lists.ListEntry, name: str, ids: tuple[str, str], pin: str) -> RankedPair:
    """Return one line of a list, in whole points as on its owner's page."""
    return RankedPair(
        entry.rank,
        name,
        *ids,
        score=round_tenths(entry.score),
        fit_startup=round_tenths(entry.fit_startup),
        fit_investor=round_tenths(entry.fit_investor),
        demand_points=demand_points(entry.handicap_tenths),
        is_so_that_seen=entry.is_so_that_seen,
        pin=pin,
    )


def rank_on(side: Side, profile: Startup | Investor, other_pk: int) -> int | None:
    """Return the place of a counterpart on a profile's list, from 1; None if it is not on it."""
    ranking = stored_lists.stored_ranking(side, profile.pk)
    entry = ranking.of(other_pk) if ranking else None
    return entry.rank if entry else None


def _pins_of(side: Side, profile: Startup | Investor) -> dict[int, str]:
    """Return the kinds of the pins on a profile's pairings, by counterpart."""
    own, other = ("startup", "investor_id") if side == Side.STARTUP else ("investor", "startup_id")
    pins = Pin.objects.filter(released_at=None, **{own: profile})
    return {getattr(pin, other): pin.get_kind_display() for pin in pins}


@dataclass(frozen=True)
class Why:
    """One pairing from both sides; numbers only where the engine could score it."""

    startup: Startup
    investor: Investor
    pin: Pin | None
    rules: list[GateRow]
    rows: list[FactorRow]
    score: int | None
    rank_for_startup: int | None
    rank_for_investor: int | None

    @property
    def fit_startup(self) -> int:
        """The startup's fit as points of 100."""
        return round_tenths(self.total_startup)

    @property
    def fit_investor(self) -> int:
        """The investor's fit as points of 100."""
        return round_tenths(self.total_investor)

    @property
    def total_startup(self) -> int:
        """The startup's points, summed."""
        return sum(row.startup for row in self.rows)

    @property
    def total_investor(self) -> int:
        """The investor's points, summed."""
        return sum(row.investor for row in self.rows)


def startups() -> QuerySet[Startup]:
    """Return the startups that curators pair."""
    return Startup.objects.all()


def investors() -> QuerySet[Investor]:
    """Return the investors that curators pair."""
    return Investor.objects.all()


def why(startup: Startup, investor: Investor, explained: Explanation | None) -> Why:
    """Return everything a curator asks about a pairing: rules, points, ranks and the pin on it."""
    pin = open_pin(startup, investor)
    published = startup.is_published and investor.is_published
    passed = Pass.objects.filter(startup=startup, investor=investor).exists()
    hidden = pin is not None and pin.kind == PinKind.HIDE
    own = [
        GateRow(Gate.PUBLISHED.label, published),
        GateRow(
            Gate.OPEN.label, not (passed or hidden), note=pin.get_kind_display() if pin and hidden else ""
        ),
    ]
    return Why(
        startup=startup,
        investor=investor,
        pin=pin,
        rules=[*own, *(gate_rows(explained.gates) if explained else [])],
        rows=factor_rows(explained) if explained else [],
        score=round_tenths(explained.score_tenths) if explained else None,
        rank_for_startup=rank_on(Side.STARTUP, startup, investor.pk),
        rank_for_investor=rank_on(Side.INVESTOR, investor, startup.pk),
    )
