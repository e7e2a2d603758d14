"""What a finished pilot adds to a company's profile."""

from django.db.models import Q
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _

from matchmaker.events.pilots.selectors.sentences import province_of
from matchmaker.models.pilot import Pilot, PilotApplication, PilotApplicationState, PilotState
from profiles.models import Investor, Startup

MOST_ON_RECORD = 10


def pilot_record(company: Startup | Investor) -> list[str]:
    """Return a sentence for each pilot with confirmed results, newest first. Two queries."""
    side = str(company.side)
    confirmed = PilotApplication.objects.filter(
        state=PilotApplicationState.ACCEPTED, confirmed_at__isnull=False, pilot__state=PilotState.FINISHED
    )
    hosted = Q(**{side: company}, pk__in=confirmed.values("pilot"))
    joined_in = Q(pk__in=confirmed.filter(**{side: company}).values("pilot"))
    rows = Pilot.objects.filter(hosted | joined_in).select_related("place__parent").prefetch_related("aims")
    return [
        record_of_pilot(pilot, size=pilot.size)
        for pilot in rows.order_by("-ended_at", "-pk")[:MOST_ON_RECORD]
    ]


def record_of_pilot(pilot: Pilot, *, size: str) -> str:
    """Return the pilot as shown on a profile; place and aims must be loaded. `size` may be empty."""
    judged = [bool(aim.is_reached) for aim in pilot.aims.all()]
    begun = pilot.year or (pilot.starts_on or pilot.written_at.date()).year
    words = {"place": province_of(pilot), "year": begun, "reached": sum(judged), "count": len(judged)}
    if not size:
        return _("Pilot in %(place)s %(year)s, reached %(reached)s of %(count)s aims") % words
    # From right to left a size such as “40 ha” would be taken apart by the numbers beside it.
    words["size"] = f"\u2068{size}\u2069" if get_language_bidi() else size
    return _("Pilot in %(place)s %(year)s, %(size)s, reached %(reached)s of %(count)s aims") % words
