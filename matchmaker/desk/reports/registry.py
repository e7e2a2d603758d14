"""The reports' menu entry, steps of the funnel that are no one else's, and what becomes of its tables."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from matchmaker.desk.reports import (
    kinds,  # noqa: F401  registers itself
    services,
)
from matchmaker.desk.reports.selectors.figures import approved_startups
from matchmaker.desk.reports.selectors.funnel import deals_after_introduction, with_a_list
from matchmaker.registry import MINUTE, register_funnel_step, register_menu_entry, register_periodic_task
from profiles.platform import erasure
from profiles.platform.erasure import ABOUT_NOBODY, STAYS, Decision

register_menu_entry(
    "curator observer",
    55,
    "reports",
    pgettext_lazy("statistics", "Reports"),
    covers=("report",),
    is_extra=True,
)
register_funnel_step(
    0,
    "approved",
    _("Startups approved"),
    approved_startups,
    meaning=_("Startups that a curator has approved at least once, by their first approval."),
)
register_funnel_step(
    10,
    "matched",
    _("Startups with a match list"),
    with_a_list,
    meaning=_("Startups that have at least one match on their list now. We do not store since when."),
    is_dated=False,
)
register_funnel_step(
    60,
    "dealt",
    _("Recorded deals"),
    deals_after_introduction,
    meaning=_(
        "Recorded deals between companies that had an introduction request on or before the day of the deal."
    ),
)

erasure.register(
    {
        "matchmaker.ReportRun": Decision(STAYS, because="a curator's act, under a number"),
        "matchmaker.ReportRow": ABOUT_NOBODY,
    }
)

register_periodic_task("compute_reports", services.compute_due, MINUTE, is_slow=True)
