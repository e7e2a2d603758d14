"""What became of a pilot: what its host corrected once it was open, and the deals that grew out of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.text import capfirst

from matchmaker.fair_dealing.selectors.dependency import key_of_name
from matchmaker.lists.selectors.current_company import CurrentCompany as Member
from matchmaker.models import Pilot, PilotApplication, PilotStep
from matchmaker.pilots.selectors.fields import PILOT_FIELDS
from profiles.models import Deal, Investor, Startup
from profiles.visibility.visible_profile import VisibleProfile, label

MOST_TOLD = 5
DATES = ("season", "year", "starts_on", "ends_on")


@dataclass(frozen=True)
class Correction:
    """What was corrected, in words, and when."""

    labels: list[str]
    at: datetime


def corrections_of(pilot: Pilot, seen: VisibleProfile) -> list[Correction]:
    """Return the newest corrections of an open pilot, of what the reader may see of it. One query."""
    steps = PilotStep.objects.filter(pilot=pilot).exclude(corrected=[]).order_by("-at", "-pk")[:MOST_TOLD]
    told = (Correction(_labels(step.corrected, seen), step.at) for step in steps)
    return [each for each in told if each.labels]


def _labels(names: Iterable[str], seen: VisibleProfile) -> list[str]:
    """Return what fields are called, each once."""
    fields = dict.fromkeys(_field(name) for name in names)
    return [capfirst(label(seen, name)) for name in fields if name not in seen.hidden]


def _field(name: str) -> str:
    """Return the field under which a page shows a column."""
    return "when" if name in DATES else name if name in PILOT_FIELDS else name.rpartition("_")[0]


def deals_since(pilot: Pilot, member: Member | None) -> list[Deal]:
    """Return the reader's own deals since the pilot began, the newest first; a startup has none."""
    if member is None or not isinstance(member.company, Investor) or pilot.started_at is None:
        return []
    rows = Deal.objects.filter(investor=member.company, closed_on__gte=pilot.started_at.date())
    return list(rows.select_related("form"))


def is_with(deal: Deal, startup: Startup) -> bool:
    """Tell whether a deal is with this startup: by its record, or by the name that the partner wrote."""
    if deal.startup_id is not None:
        return deal.startup_id == startup.pk
    names = (startup.name_en, startup.name_ur, startup.name_zh)
    return key_of_name(deal.startup_name) in {key_of_name(name) for name in names if name}


def may_grow(deal: Deal, application: PilotApplication, startup: Startup) -> bool:
    """Tell whether a partner may say that a deal grew out of this seat."""
    begun = application.pilot.started_at
    return begun is not None and deal.closed_on >= begun.date() and is_with(deal, startup)
