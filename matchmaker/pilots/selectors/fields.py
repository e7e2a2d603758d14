"""Who may read what of a pilot: the one declared list. What is not in it is shown to nobody.

Some parts are everybody's once a pilot stands on the board. The host opens others one by one; until then they
are for checked members of the side that may apply. Results are the parties' until somebody with a seat has
confirmed them.
"""

from collections.abc import Callable
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from matchmaker.choices import Side
from matchmaker.models import Pilot
from matchmaker.pairs.selectors.pilot_record import when_of
from profiles.choices import Audience, DataClass
from profiles.models import Investor, Startup
from profiles.visibility.access import Viewer, names_of, see
from profiles.visibility.fields import Field, Group
from profiles.visibility.policy import matchable
from profiles.visibility.visible_profile import Grant, VisibleProfile

PUBLIC, MATCHED, MUTUAL = Audience.PUBLIC, Audience.MATCHED, Audience.MUTUAL
PARTS: dict[str, Promise] = {
    "host": gettext_lazy("Your company's name"),
    "size": gettext_lazy("Size"),
    "aims": gettext_lazy("What is measured, and how success is judged"),
    "exchange": gettext_lazy("What the host needs and gives"),
    "who_pays": gettext_lazy("Who pays what"),
    "data": gettext_lazy("The data card"),
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
        Field("seats", PUBLIC),
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
    return viewer.is_curator or is_host(pilot, viewer) or any(_is_of(one, viewer) for one in _seated(pilot))


def is_host(pilot: Pilot, viewer: Viewer) -> bool:
    """Tell whether the viewer belongs to the host."""
    return _is_of(pilot, viewer)


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
    is_known = is_party(pilot, viewer)
    found = []
    for one in _seated(pilot):
        if is_known or one.is_named:
            found.append(one.company.name)
        else:
            found.append(_("A startup") if one.side == Side.STARTUP else _("A partner"))
    return found


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
    return [one for one in pilot.applications.all() if one.seat is not None]


def _is_of(row: Any, viewer: Viewer) -> bool:
    """Tell whether a row is of the viewer's own company."""
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
