"""What pilots add to the menus, the desk, records and introductions, and what becomes of them."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from matchmaker.fair_dealing.selectors import governance
from matchmaker.models.introduction import Introduction
from matchmaker.models.pilot import Pilot, PilotApplication, PilotState
from matchmaker.pilots import admin, kinds  # noqa: F401  register themselves
from matchmaker.pilots.selectors.board import tried_in_pilots
from matchmaker.pilots.selectors.pilot import pilot_record, waiting_pilots
from matchmaker.registry import (
    ORIGINS,
    RECORD_SECTIONS,
    Origin,
    register_menu_entry,
    register_open_matter,
    register_queue,
)
from profiles import erasure
from profiles.erasure import GOES, Decision
from profiles.models import Investor, Startup
from profiles.notifications import services as notifications
from profiles.taxonomy import uses

COVERED = ("pilot", "own_pilots")
register_menu_entry("startup investor", 40, "pilots", _("Pilots"), covers=COVERED, is_extra=True)
register_menu_entry("curator", 50, "pilot_reviews", _("Pilots"), covers=("pilot",), is_extra=True)
register_menu_entry("footer", 10, "pilots", _("Pilots in the provinces"))
governance.MORE_TRIALS.append(tried_in_pilots)
uses.register("pilot", Pilot, "sector", "other_sectors")
register_queue(20, _("Pilots to review"), "pilot_reviews", lambda: waiting_pilots().count())
RECORD_SECTIONS.append((_("Pilots on record"), pilot_record))


def origin_of(introduction: Introduction) -> Origin | None:
    """Return the pilot that an introduction grew out of."""
    application = PilotApplication.objects.filter(introduction=introduction).select_related("pilot").first()
    if application is None:
        return None
    pilot = application.pilot
    return Origin(_("Came from the pilot"), pilot.title, reverse("pilot", args=[pilot.public_id]))


ORIGINS.append(origin_of)


def pilots_going_on(company: Startup | Investor) -> int:
    """Count the company's own pilots that are open or running."""
    going_on = (PilotState.SUBMITTED, PilotState.OPEN, PilotState.RUNNING)
    return Pilot.objects.filter(**{company.side: company}, state__in=going_on).count()


register_open_matter(
    40,
    _("Pilots"),
    pilots_going_on,
    when_suspended=_(
        "They leave the board, and no one can apply. Those who take part still see them. "
        "The company can only cancel its own."
    ),
)


def erase_company(company: Startup | Investor, _at: datetime) -> None:
    """Delete the notices that lead to the company's pilots."""
    hosted = Pilot.objects.filter(**{str(company.side): company}).values_list("public_id", flat=True)
    notifications.forget_leading_to(hosted)


erasure.register(
    {
        "matchmaker.Pilot": Decision(GOES, company="{side}"),
        "matchmaker.PilotAim": Decision(GOES, company="pilot__{side}"),
        "matchmaker.PilotApplication": Decision(GOES, company="{side}"),
        "matchmaker.PilotStep": Decision(GOES, because="the moves of a pilot, shown on its page"),
    },
    erase_company,
)
