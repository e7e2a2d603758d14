"""Who may read what of a pilot, and how it is told."""

from collections.abc import Callable
from typing import Any

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import get_language_bidi, gettext_lazy, ngettext, pgettext_lazy
from django.utils.translation import gettext as _

from matchmaker.choices import Side
from matchmaker.models.pilot import Pilot, PilotApplication
from matchmaker.models.pilot_table import ApplicationState, PilotState, Season
from profiles.choices import Audience, DataClass
from profiles.models import Investor, Startup
from profiles.visibility.access import Viewer, names_of, see
from profiles.visibility.fields import Field, Group
from profiles.visibility.policy import matchable
from profiles.visibility.visible_profile import Grant, VisibleProfile

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
    texts = {
        Season.KHARIF: _("Kharif %(year)s"),
        Season.RABI: _("Rabi %(rabi)s"),
        Season.BOTH: _("Kharif %(year)s and rabi %(rabi)s"),
    }
    return texts[season] % {"year": year, "rabi": f"{year}/{(year + 1) % 100:02d}"}


def slots_words(free: int, slots: int) -> str:
    """Return how many seats are free, in words."""
    words = {"free": free, "slots": slots}
    return ngettext("%(free)s of %(slots)s slot free", "%(free)s of %(slots)s slots free", slots) % words


PUBLIC, MATCHED, MUTUAL = Audience.PUBLIC, Audience.MATCHED, Audience.MUTUAL
PARTS: dict[str, Promise] = {
    "host": gettext_lazy("Your company's name"),
    "size": gettext_lazy("Size"),
    "aims": gettext_lazy("What is measured, and how success is judged"),
    "exchange": gettext_lazy("What the host needs and gives"),
    "who_pays": gettext_lazy("Who pays what"),
    "data": gettext_lazy("Data practices"),
    "results": gettext_lazy("Results, once they are confirmed"),
}
OPENABLE = tuple(PARTS)


def _part(key: str, default: Audience = MATCHED) -> Group:
    return Group(key, PARTS[key], default, choices=(PUBLIC, default))


SIZE, AIMS, EXCHANGE, PAYS, DATA = map(_part, ("size", "aims", "exchange", "who_pays", "data"))
RESULTS = _part("results")
PILOT_FIELDS: dict[str, Field] = {
    field.name: field
    for field in (
        Field("title", PUBLIC, label=pgettext_lazy("of a pilot", "Title")),
        Field("summary", PUBLIC, label=gettext_lazy("Summary")),
        Field("state", PUBLIC),
        Field("sectors", PUBLIC, label=gettext_lazy("Sectors")),
        Field("place", PUBLIC),
        Field("when", PUBLIC, label=pgettext_lazy("of a pilot", "When")),
        Field("slots", PUBLIC),
        Field("size", SIZE),
        Field("aims", AIMS, label=gettext_lazy("Aims")),
        Field("needs", EXCHANGE),
        Field("offers", EXCHANGE),
        Field("who_pays", PAYS),
        Field("data_classes", DATA, codes=DataClass.choices),
        Field("data_location", DATA, is_place=True),
        Field("data_crosses_border", DATA),
        Field("data_access", DATA),
        Field("data_exit", DATA),
        Field("outcome", RESULTS),
        Field("reached", RESULTS, label=gettext_lazy("Aims reached")),
    )
}


def see_pilot(pilot: Pilot, viewer: Viewer) -> VisibleProfile:
    """Return a pilot as this viewer may see it. `applications`, with their companies, must be at hand."""
    grant = Grant(
        _circles(pilot, viewer),
        lambda _name, rule: _audience(pilot, rule),
        secret_words=_secrets(pilot, viewer),
    )
    return VisibleProfile(pilot, PILOT_FIELDS, READERS, grant)


def is_party(pilot: Pilot, viewer: Viewer) -> bool:
    """Tell whether the viewer hosts the pilot, has a seat in it, or is a curator."""
    return viewer.is_curator or is_own(pilot, viewer) or any(is_own(one, viewer) for one in _seated(pilot))


def host_title(pilot: Pilot, viewer: Viewer) -> str:
    """Return what the viewer may call the host: its name, or what kind of company it is, and where."""
    if _knows_host(pilot, viewer):
        across = viewer.side not in (None, pilot.side) and not is_party(pilot, viewer)
        return str(see(pilot.company, viewer).title) if across else pilot.company.name
    where = pilot.company.place
    if pilot.side == Side.STARTUP:
        return _("A startup in %(place)s") % {"place": where} if where else _("A startup")
    return _("A partner in %(place)s") % {"place": where} if where else _("A partner")


def participants(pilot: Pilot, viewer: Viewer) -> list[str]:
    """Return who has a seat, as far as the viewer may know it: by name, or as a kind of company."""
    kinds, is_known = {Side.STARTUP: _("A startup"), Side.INVESTOR: _("A partner")}, is_party(pilot, viewer)
    return [one.company.name if is_known or one.is_named else kinds[one.side] for one in _seated(pilot)]


def _knows_host(pilot: Pilot, viewer: Viewer) -> bool:
    """Tell whether the host's name is shown: a name hidden in the profile stays hidden here."""
    host = pilot.company
    if is_party(pilot, viewer):
        return True
    if viewer.side == pilot.side.other and viewer.is_checked:
        return bool(see(host, viewer).name)
    return "host" in pilot.opened and matchable(host, "name")


def _circles(pilot: Pilot, viewer: Viewer) -> frozenset[Audience]:
    """Return the circles to which the viewer belongs for this pilot."""
    if is_party(pilot, viewer):
        return frozenset({PUBLIC, MATCHED, MUTUAL})
    across = viewer.side == pilot.side.other and viewer.is_checked
    return frozenset({PUBLIC, MATCHED} if across else {PUBLIC})


def _audience(pilot: Pilot, rule: Field) -> Audience:
    """Return who may read a field: as the host chose, and results nobody else before they are confirmed."""
    if rule.group == RESULTS.key and not any(one.confirmed_at for one in _seated(pilot)):
        return MUTUAL
    return PUBLIC if rule.group in pilot.opened else rule.audience


def _secrets(pilot: Pilot, viewer: Viewer) -> tuple[str, ...]:
    """Return the names that the viewer may not read in the texts, longest first."""
    if is_party(pilot, viewer):
        return ()
    hidden: list[Startup | Investor] = [one.company for one in _seated(pilot) if not one.is_named]
    if not _knows_host(pilot, viewer):
        hidden.append(pilot.company)
    return tuple(sorted((name for each in hidden for name in names_of(each)), key=len, reverse=True))


def _seated(pilot: Pilot) -> list[Any]:
    """Return the applications that have a seat, of those at hand."""
    return [one for one in pilot.applications.all() if one.slot is not None]


def is_own(row: Any, viewer: Viewer) -> bool:
    """Tell whether the viewer belongs to the host of a pilot, or to the company of an application."""
    own = viewer.startup_id if row.startup_id is not None else viewer.investor_id
    return own is not None and own == (row.startup_id or row.investor_id)


def _sectors(pilot: Pilot, _grant: Grant) -> tuple[Any, ...]:
    """Return the main sector and then the others."""
    others = (sector for sector in pilot.other_sectors.all() if sector.pk != pilot.sector_id)
    return (pilot.sector, *others)


def _aims(pilot: Pilot, grant: Grant) -> tuple[tuple[str, str, bool | None], ...]:
    """Return what is measured, how success is judged, and whether it was reached, where that may be read."""
    told = grant.allows("reached", PILOT_FIELDS["reached"])
    return tuple(
        (grant.redact(aim.measure), grant.redact(aim.success), aim.is_reached if told else None)
        for aim in pilot.aims.all()
    )


def _reached(pilot: Pilot, _grant: Grant) -> tuple[int, int] | None:
    """Return how many of how many aims were reached; None before there are results."""
    judged = [aim.is_reached for aim in pilot.aims.all()]
    return (sum(map(bool, judged)), len(judged)) if judged and None not in judged else None


READERS: dict[str, Callable[[Any, Grant], Any]] = {
    "title": lambda pilot, grant: grant.redact(pilot.title),
    "summary": lambda pilot, grant: grant.redact(pilot.summary),
    "sectors": _sectors,
    "when": lambda pilot, _grant: when_of(pilot),
    "needs": lambda pilot, _grant: tuple(pilot.needs.all()),
    "offers": lambda pilot, _grant: tuple(pilot.offers.all()),
    "aims": _aims,
    "reached": _reached,
}
