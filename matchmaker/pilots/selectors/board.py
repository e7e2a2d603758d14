"""The board: pilots by province, filters made of what is on it, and seats for each province."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Case, CharField, Count, F, Q, QuerySet, When
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from matchmaker.models import Pilot
from matchmaker.models.pilot_table import ON_BOARD, PilotState, Season
from matchmaker.pilots.selectors.fields import host_title, see_pilot
from matchmaker.pilots.selectors.pilot import PilotReader, free_seats, on_board, with_parts
from matchmaker.pilots.selectors.record import province_of, seats_words
from profiles.choices import PlaceLevel
from profiles.taxonomy.selectors.terms import TermTree, all_terms
from profiles.visibility.visible_profile import VisibleProfile

PER_PAGE = 12
SCALE = 1000  # the length of the longest bar
FILTERS = ("sector", "province", "season", "state")


@dataclass(frozen=True)
class BoardRow:
    """One pilot on a list."""

    pilot: Pilot
    seen: VisibleProfile
    host: str
    province: str
    seats: str
    tone: str


@dataclass(frozen=True)
class ProvinceSeats:
    """The seats of open pilots in one province; the bars are 0 to 1000."""

    name: str
    seats: int
    taken: int
    taken_bar: int
    seats_bar: int

    @property
    def free(self) -> int:
        """How many nobody holds."""
        return self.seats - self.taken


@dataclass(frozen=True)
class BoardFilter:
    """One filter with what can be chosen, and what is."""

    name: str
    label: str
    choices: list[tuple[str, str | Promise]]
    chosen: str


@dataclass(frozen=True)
class BoardPage:
    """Everything on the board."""

    rows: list[BoardRow]
    page: "Page[Any]"
    provinces: list[ProvinceSeats]
    filters: list[BoardFilter]
    is_filtered: bool

    @property
    def count(self) -> int:
        """How many pilots the filters left."""
        return self.page.paginator.count


TONES = {PilotState.OPEN: "good", PilotState.RUNNING: "info"}


def board_page(reader: PilotReader, asked: Mapping[str, str], page: str) -> BoardPage:
    """Return the board; the same queries however many pilots there are."""
    terms = all_terms()
    everything = on_board(reader)
    chosen = {name: asked.get(name, "") for name in FILTERS}
    found = _narrowed(everything, chosen, terms)
    paged = Paginator(_by_province(found), PER_PAGE).get_page(page)
    rows = [board_row(pilot, reader) for pilot in paged.object_list]
    return BoardPage(
        rows=rows,
        page=paged,
        provinces=_seats(found, terms),
        filters=_filters(everything, chosen, terms),
        is_filtered=any(chosen.values()),
    )


def board_row(pilot: Pilot, reader: PilotReader) -> BoardRow:
    """Return a pilot as a list shows it."""
    return BoardRow(
        pilot=pilot,
        seen=see_pilot(pilot, reader.viewer),
        host=host_title(pilot, reader.viewer),
        province=province_of(pilot),
        seats=seats_words(free_seats(pilot), pilot.seats),
        tone=TONES.get(PilotState(pilot.state), ""),
    )


def _by_province(rows: QuerySet[Pilot]) -> QuerySet[Pilot]:
    """Return pilots with everything they show, by province, those that can be applied for first."""
    province = Case(
        When(place__level=PlaceLevel.CITY, then=F("place__parent__code")),
        default=F("place__code"),
        output_field=CharField(),
    )
    order = Case(*(When(state=state, then=at) for at, state in enumerate(ON_BOARD)))
    return with_parts(rows).order_by(province, order, "-approved_at", "-pk")


def _narrowed(rows: QuerySet[Pilot], chosen: Mapping[str, str], terms: TermTree) -> QuerySet[Pilot]:
    """Keep what the filters say; a word that is none leaves everything."""
    if sector := terms.find("sector", chosen["sector"]):
        within = terms.within("sector", sector.pk)
        others = Pilot.other_sectors.through.objects.filter(sector__in=within).values("pilot")
        rows = rows.filter(Q(sector__in=within) | Q(pk__in=others))
    if province := terms.find("place", chosen["province"]):
        rows = rows.filter(place__in=terms.within("place", province.pk))
    if chosen["season"] in Season.values:
        rows = rows.filter(season__in=(chosen["season"], Season.BOTH))
    if chosen["state"] in ON_BOARD:
        rows = rows.filter(state=chosen["state"])
    return rows


def _seats(rows: QuerySet[Pilot], terms: TermTree) -> list[ProvinceSeats]:
    """Return the seats of open pilots by province. One query."""
    opened = rows.filter(state=PilotState.OPEN).order_by()
    taken = Count("applications", filter=Q(applications__seat__isnull=False))
    totals: dict[int, list[int]] = {}
    for place, seats, held in opened.annotate(taken=taken).values_list("place_id", "seats", "taken"):
        total = totals.setdefault(_province(place, terms), [0, 0])
        total[0], total[1] = total[0] + seats, total[1] + held
    longest = max((seats for seats, _held in totals.values()), default=1)
    found = []
    for name in terms.names("place", totals):
        pk = next(each for each in totals if terms.by_pk["place"][each].name == name)
        seats, held = totals[pk]
        found.append(
            ProvinceSeats(name, seats, held, round(SCALE * held / longest), round(SCALE * seats / longest))
        )
    return found


def _province(place: int, terms: TermTree) -> int:
    """Return the province of a place; a country stays."""
    family = terms.family("place", place)
    return family[-2] if len(family) > 1 else place


def _filters(rows: QuerySet[Pilot], chosen: Mapping[str, str], terms: TermTree) -> list[BoardFilter]:
    """Return the filters with what is on the board. One query."""
    found = list(rows.order_by().values_list("sector_id", "place_id", "season", "state").distinct())
    sectors = {terms.family("sector", sector)[-1] for sector, *_rest in found}
    provinces = {_province(place, terms) for _sector, place, *_rest in found}
    seasons = {season for *_rest, season, _state in found if season and season != Season.BOTH}
    if any(season == Season.BOTH for *_rest, season, _state in found):
        seasons |= {Season.KHARIF.value, Season.RABI.value}
    states = {state for *_rest, state in found}
    options: dict[str, tuple[str, list[tuple[str, str | Promise]]]] = {
        "sector": (_("Sector"), _terms("sector", sectors, terms)),
        "province": (_("Province"), _terms("place", provinces, terms)),
        "season": (_("Season"), [(s.value, s.label) for s in Season if s.value in seasons]),
        "state": (_("State"), [(s.value, s.label) for s in ON_BOARD if s.value in states]),
    }
    return [
        BoardFilter(name, label, [("", _("All")), *choices], chosen[name])
        for name, (label, choices) in options.items()
    ]


def _terms(kind: str, keys: set[int], terms: TermTree) -> list[tuple[str, str | Promise]]:
    """Return codes and names of words, in their order."""
    known = sorted((terms.by_pk[kind][pk] for pk in keys), key=lambda term: term.order)
    return [(term.code, term.name) for term in known]
