"""What pilots add to the menus, the desk, records and introductions, and what becomes of them."""

from datetime import datetime
from typing import Any

from django.db.models.signals import post_save
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from matchmaker.models.introduction import Introduction
from matchmaker.models.pilot import Pilot, PilotApplication, PilotState, PilotStep
from matchmaker.pilots import admin, kinds  # noqa: F401  register themselves
from matchmaker.pilots.selectors import searched
from matchmaker.pilots.selectors.pilot import pilot_record, waiting_pilots
from matchmaker.registry import (
    ORIGINS,
    RECORD_SECTIONS,
    Origin,
    register_menu_entry,
    register_open_matter,
    register_queue,
)
from matchmaker.searchable import Searchable, register_searchable, searchable_changed
from profiles import erasure
from profiles.erasure import GOES, Decision
from profiles.models import Investor, Startup
from profiles.notifications import services as notifications

COVERED = ("pilot", "own_pilots")
register_menu_entry("startup investor", 40, "pilots", _("Pilots"), covers=COVERED, is_extra=True)
register_menu_entry("curator", 50, "pilot_reviews", _("Pilots"), covers=("pilot",), is_extra=True)
register_menu_entry("footer", 10, "pilots", _("Pilots in the provinces"))
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


register_searchable(
    Searchable(
        kind="pilot",
        label=pgettext_lazy("search", "Pilot"),
        documents=searched.documents,
        visible=searched.visible,
        rows=searched.rows,
        facets=searched.facets,
        of_company=searched.of_company,
        changes=searched.changes,
    )
)


def pilot_saved(instance: Pilot | PilotApplication | PilotStep, **_kwargs: Any) -> None:
    """Tell search that a pilot has changed, its state, or who has a seat and may be named."""
    pk = instance.pk if isinstance(instance, Pilot) else instance.pilot_id
    searchable_changed.send(sender=Pilot, kind="pilot", pk=pk)


for sender in (Pilot, PilotApplication, PilotStep):
    post_save.connect(pilot_saved, sender=sender, dispatch_uid=f"pilot_saved_{sender.__name__}")


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
