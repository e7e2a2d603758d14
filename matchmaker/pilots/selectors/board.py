"""The board: pilots by province, filters made of what is on it, and seats; the season calendar."""

from collections.abc import Mapping
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Case, CharField, Count, F, Q, QuerySet, When
from django.utils.dates import MONTHS, MONTHS_3
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from matchmaker.models.pilot import Pilot
from matchmaker.models.pilot_table import ON_BOARD, PilotState, Season
from matchmaker.pilots.selectors.fields import host_title, province_of, see_pilot, slots_words
from matchmaker.pilots.selectors.pilot import PilotReader, free_slots, on_board, with_parts
from profiles.choices import PlaceLevel
from profiles.taxonomy.selectors.terms import TermTree, all_terms
from profiles.taxonomy.services import DATA, told_rows

PER_PAGE = 12
SCALE = 1000  # the length of the longest bar
FILTERS = ("sector", "province", "season", "state")


TONES = {PilotState.OPEN: "good", PilotState.RUNNING: "info"}


def board_page(reader: PilotReader, asked: Mapping[str, str], page: str) -> dict[str, Any]:
    """Return the board; the same queries however many pilots there are."""
    terms = all_terms()
    everything = on_board(reader)
    chosen = {name: asked.get(name, "") for name in FILTERS}
    found = _narrowed(everything, chosen, terms)
    paged = Paginator(_by_province(found), PER_PAGE).get_page(page)
    rows = [board_row(pilot, reader) for pilot in paged.object_list]
    return {
        "rows": rows,
        "page": paged,
        "provinces": _slots(found, terms),
        "filters": _filters(everything, chosen, terms),
        "is_filtered": any(chosen.values()),
    }


def board_row(pilot: Pilot, reader: PilotReader) -> dict[str, Any]:
    """Return a pilot as a list shows it."""
    return {
        "pilot": pilot,
        "seen": see_pilot(pilot, reader.viewer),
        "host": host_title(pilot, reader.viewer),
        "province": province_of(pilot),
        "slots": slots_words(free_slots(pilot), pilot.slots),
        "tone": TONES.get(PilotState(pilot.state), ""),
    }


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


def _slots(rows: QuerySet[Pilot], terms: TermTree) -> list[dict[str, Any]]:
    """Return the seats of open pilots by province, with bars of 0 to 1000. One query."""
    opened = rows.filter(state=PilotState.OPEN).order_by()
    taken = Count("applications", filter=Q(applications__slot__isnull=False))
    totals: dict[int, list[int]] = {}
    for place, slots, held in opened.annotate(taken=taken).values_list("place_id", "slots", "taken"):
        total = totals.setdefault(_province(place, terms), [0, 0])
        total[0], total[1] = total[0] + slots, total[1] + held
    longest = max((slots for slots, _held in totals.values()), default=1)
    by_name = {terms.by_pk["place"][pk].name: total for pk, total in totals.items()}
    found = []
    for name in terms.names("place", totals):
        slots, held = by_name[name]
        bars = {"taken_bar": round(SCALE * held / longest), "slots_bar": round(SCALE * slots / longest)}
        found.append({"name": name, "slots": slots, "free": slots - held, **bars})
    return found


def _province(place: int, terms: TermTree) -> int:
    """Return the province of a place; a country stays."""
    family = terms.family("place", place)
    return family[-2] if len(family) > 1 else place


def _filters(rows: QuerySet[Pilot], chosen: Mapping[str, str], terms: TermTree) -> list[dict[str, Any]]:
    """Return the filters with what is on the board, and what is chosen. One query."""
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
        "state": (_("Status"), [(s.value, s.label) for s in ON_BOARD if s.value in states]),
    }
    return [
        {"name": name, "label": label, "choices": [("", _("All")), *choices], "chosen": chosen[name]}
        for name, (label, choices) in options.items()
    ]


def _terms(kind: str, keys: set[int], terms: TermTree) -> list[tuple[str, str | Promise]]:
    """Return codes and names of words, in their order."""
    known = sorted((terms.by_pk[kind][pk] for pk in keys), key=lambda term: term.order)
    return [(term.code, term.name) for term in known]


FIRST_MONTH = 2  # the calendar begins with the first sowing, of sugarcane
CELL = 100  # of 1200: the width of a month


def season_calendar() -> dict[str, Any]:
    """Return the `months` in drawing order (x and name), and the `crops` of profiles/data with their bars."""
    order = [(FIRST_MONTH - 1 + at) % 12 + 1 for at in range(12)]
    months = [(at * CELL, str(MONTHS_3[month]).capitalize()) for at, month in enumerate(order)]
    crops: list[dict[str, Any]] = []
    for row in told_rows(DATA / "seasons.csv", "crop"):
        sow, harvest = ((int(row[f"{what}_from"]), int(row[f"{what}_to"])) for what in ("sow", "harvest"))
        drawn = {
            "season": Season(row["season"]).label,
            "sowing": f"{MONTHS[sow[0]]} – {MONTHS[sow[1]]}",
            "harvest": f"{MONTHS[harvest[0]]} – {MONTHS[harvest[1]]}",
            "sow_bars": _bars(*sow),
            "harvest_bars": _bars(*harvest),
        }
        crops.append({**row, **drawn})
    return {"months": months, "crops": crops}


def _bars(first: int, last: int) -> list[tuple[int, int]]:
    """Return x and width of some months; two bars, where they go on at the beginning of the calendar."""
    begin, end = ((month - FIRST_MONTH) % 12 for month in (first, last))
    if begin <= end:
        return [(begin * CELL, (end - begin + 1) * CELL)]
    return [(begin * CELL, (12 - begin) * CELL), (0, (end + 1) * CELL)]
