"""The pilots on a company's record: what was tried where, and how many aims were reached. It names nobody."""

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import get_language_bidi, ngettext
from django.utils.translation import gettext as _

from matchmaker.choices import Season
from matchmaker.models import Pilot, PilotApplication
from matchmaker.models.pilot_table import ApplicationState, PilotState
from profiles.models import Investor, Startup

MOST_TOLD = 10


def pilot_record(company: Startup | Investor) -> list[str]:
    """Return a sentence for each pilot with results that somebody confirmed, the newest first. Two queries.

    Of a participant only pilots whose results it confirmed itself.
    """
    side = str(company.side)
    confirmed = PilotApplication.objects.filter(
        state=ApplicationState.ACCEPTED, confirmed_at__isnull=False, pilot__state=PilotState.FINISHED
    )
    hosted = Q(**{side: company}, pk__in=confirmed.values("pilot"))
    joined_in = Q(pk__in=confirmed.filter(**{side: company}).values("pilot"))
    rows = Pilot.objects.filter(hosted | joined_in).select_related("place__parent").prefetch_related("aims")
    return [
        record_of_pilot(pilot, size=pilot.size) for pilot in rows.order_by("-ended_at", "-pk")[:MOST_TOLD]
    ]


def record_of_pilot(pilot: Pilot, *, size: str) -> str:
    """Return the pilot as it stands on the record; place and aims must be at hand. `size` may be empty."""
    judged = [bool(aim.is_reached) for aim in pilot.aims.all()]
    begun = pilot.year or (pilot.starts_on or pilot.written_at.date()).year
    words = {"place": province_of(pilot), "year": begun, "reached": sum(judged), "count": len(judged)}
    if not size:
        return _("Pilot in %(place)s %(year)s, reached %(reached)s of %(count)s aims") % words
    # From right to left a size such as “40 ha” would be taken apart by the numbers beside it.
    words["size"] = f"\u2068{size}\u2069" if get_language_bidi() else size
    return _("Pilot in %(place)s %(year)s, %(size)s, reached %(reached)s of %(count)s aims") % words


def province_of(pilot: Pilot) -> str:
    """Return the name of the province in which a pilot runs; of the country, where it names only that."""
    place = pilot.place
    is_city = place.parent_id is not None and place.parent is not None and place.parent.parent_id is not None
    return str(place.parent if is_city else place)


def when_of(pilot: Pilot) -> str:
    """Return when a pilot runs, in words; empty where it does not say."""
    if pilot.season and pilot.year:
        return _of_season(Season(pilot.season), pilot.year)
    if pilot.starts_on and pilot.ends_on:
        return f"{date_format(pilot.starts_on)} – {date_format(pilot.ends_on)}"
    return ""


def _of_season(season: Season, year: int) -> str:
    """Return a season with its year; a rabi season ends in the next one."""
    words = {"year": year, "rabi": f"{year}/{(year + 1) % 100:02d}"}
    if season is Season.KHARIF:
        return _("Kharif %(year)s") % words
    if season is Season.RABI:
        return _("Rabi %(rabi)s") % words
    return _("Kharif %(year)s and rabi %(rabi)s") % words


def seats_words(free: int, seats: int) -> str:
    """Return how many seats are free, in words."""
    words = {"free": free, "seats": seats}
    return ngettext("%(free)s of %(seats)s seat free", "%(free)s of %(seats)s seats free", seats) % words
