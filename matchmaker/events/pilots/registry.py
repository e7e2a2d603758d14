"""What pilots add to the menus, the desk, records and introductions, and what becomes of them."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.db.models.signals import post_save
from django.urls import reverse
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from matchmaker import registry
from matchmaker.deals.evidence.selectors import WORKED_TOGETHER
from matchmaker.deals.fair_dealing.selectors import governance
from matchmaker.events.pilots import admin, kinds  # noqa: F401  register themselves
from matchmaker.events.pilots.selectors import searched
from matchmaker.events.pilots.selectors.board import tried_in_pilots, unanswered_rows
from matchmaker.events.pilots.selectors.pilot import PilotReader, on_board, waiting_pilots
from matchmaker.events.pilots.selectors.record import pilot_record
from matchmaker.events.pilots.services.applications import end_between, withdraw_duplicate
from matchmaker.models.introduction import Introduction
from matchmaker.models.pilot import (
    ACTIVE_STATES,
    Pilot,
    PilotApplication,
    PilotApplicationState,
    PilotState,
    PilotStep,
)
from matchmaker.searchable import Searchable, register_searchable, searchable_changed
from profiles.catalogue.taxonomy import uses
from profiles.catalogue.visibility.access import NOBODY
from profiles.models import Investor, Startup
from profiles.platform import erasure, merging
from profiles.platform.erasure import GOES, Decision
from profiles.platform.notifications import services as notifications

COVERED = ("pilot", "own_pilots")
registry.register_menu_entry("startup investor", 40, "pilots", _("Pilots"), covers=COVERED, is_extra=True)
registry.register_menu_entry("startup-alone investor-alone", 20, "pilots", _("Pilots"), covers=COVERED)
registry.register_menu_entry(
    "curator", 50, "pilot_reviews", _("Pilots to review"), covers=("pilot",), is_extra=True
)
registry.register_menu_entry("footer", 10, "pilots", _("Pilots"))


def public_pages() -> list[str]:
    codes = on_board(PilotReader(NOBODY)).order_by("pk").values_list("public_id", flat=True)
    return [reverse("pilot", args=[code]) for code in codes]


registry.PUBLIC_PAGES.append(public_pages)
governance.MORE_TRIALS.append(tried_in_pilots)
uses.register("pilot", Pilot, "sector", "other_sectors")
registry.register_queue(
    20,
    _("Pilots to review"),
    "pilot_reviews",
    lambda: registry.waiting_in(waiting_pilots(), "submitted_at"),
    target=timedelta(days=3),
)
registry.WHEN_BLOCKED.append(end_between)
registry.RECORD_SECTIONS.append((_("Recorded pilots"), pilot_record))


def applications_to_answer(found: dict[int, int], *_context: Any) -> list[registry.Waiting]:
    """Return that others have applied for slots of the company's pilots and have no answer."""
    count, pilots = len(found), set(found.values())
    text = ngettext(
        "%(count)d application for your pilots is waiting for your answer",
        "%(count)d applications for your pilots are waiting for your answer",
        count,
    )
    line = text % {"count": count}, gettext("Read and answer")
    if len(pilots) > 1:
        return [registry.Waiting(*line, "own_pilots", icon="people")]
    codes = Pilot.objects.filter(pk__in=pilots).values_list("public_id")
    return [registry.Waiting(*line, "pilot", of=code, icon="people") for code in codes]


registry.register_waiting(
    registry.WaitingPart(
        40, lambda _side: unanswered_rows(), registry.own_in("pilot__{side}"), applications_to_answer, "pilot"
    ),
    told_by=[kinds.PILOT_APPLIED],
)


def origin_of(introduction: Introduction) -> registry.Origin | None:
    application = PilotApplication.objects.filter(introduction=introduction).select_related("pilot").first()
    if application is None:
        return None
    pilot = application.pilot
    return registry.Origin(_("Came from the pilot"), pilot.title, reverse("pilot", args=[pilot.public_id]))


registry.ORIGINS.append(origin_of)


def have_piloted(startup: Startup, investor: Investor) -> bool:
    begun = Q(pilot__state__in=(PilotState.RUNNING, PilotState.FINISHED), slot__isnull=False)
    hosted = Q(startup=startup, pilot__investor=investor) | Q(investor=investor, pilot__startup=startup)
    return PilotApplication.objects.filter(begun & hosted).exists()


WORKED_TOGETHER.append(have_piloted)


def pilots_going_on(company: Startup | Investor) -> int:
    going_on = (PilotState.SUBMITTED, PilotState.OPEN, PilotState.RUNNING)
    return Pilot.objects.filter(**{company.side: company}, state__in=going_on).count()


def pilots_between(startup: Startup, investor: Investor) -> int:
    either = Q(startup=startup, pilot__investor=investor) | Q(investor=investor, pilot__startup=startup)
    return PilotApplication.objects.filter(either, state__in=ACTIVE_STATES).count()


registry.register_open_matter(
    40,
    _("Pilots"),
    pilots_going_on,
    pilots_between,
    when_hidden=_("Neither side sees the other’s pilot or application. Nothing is deleted."),
    when_suspended=_(
        "Its pilots are removed from the pilot board, and no one can apply. Companies that take part can "
        "still see them. The company can only cancel its own pilots."
    ),
)


def with_a_slot() -> QuerySet[PilotApplication]:
    return PilotApplication.objects.filter(state=PilotApplicationState.ACCEPTED).annotate(
        of_startup=Coalesce("startup", "pilot__startup"),
        of_investor=Coalesce("investor", "pilot__investor"),
        moment=F("answered_at"),
    )


registry.register_funnel_step(
    50,
    "piloted",
    _("Slots in pilots"),
    with_a_slot,
    meaning=_("Applications for a pilot that were accepted and not withdrawn."),
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
    pk = instance.pk if isinstance(instance, Pilot) else instance.pilot_id
    searchable_changed.send(sender=Pilot, kind="pilot", pk=pk)


for sender in (Pilot, PilotApplication, PilotStep):
    post_save.connect(pilot_saved, sender=sender, dispatch_uid=f"pilot_saved_{sender.__name__}")


def erase_company(company: Startup | Investor, _at: datetime) -> None:
    hosted = Pilot.objects.filter(**{str(company.side): company}).values_list("public_id", flat=True)
    notifications.forget_leading_to(hosted)


merging.register(
    {
        "matchmaker.Pilot": merging.moves(),
        "matchmaker.PilotAim": merging.follows("pilot__{side}"),
        "matchmaker.PilotApplication": merging.moves(
            also="deal__{side}",
            once=("pilot",),
            among=Q(state__in=ACTIVE_STATES),
            first=lambda each: (each.state != PilotApplicationState.ACCEPTED, each.at),
            fold=withdraw_duplicate,
        ),
        "matchmaker.PilotInvitation": merging.moves(once=("pilot",)),
        "matchmaker.PilotStep": merging.follows("pilot__{side} application__{side}"),
    }
)

erasure.register(
    {
        "matchmaker.Pilot": Decision(GOES, company="{side}"),
        "matchmaker.PilotAim": Decision(GOES, company="pilot__{side}"),
        "matchmaker.PilotApplication": Decision(GOES, company="{side}"),
        "matchmaker.PilotInvitation": Decision(GOES, company="{side}"),
        "matchmaker.PilotStep": Decision(GOES, because="the moves of a pilot, shown on its page"),
    },
    erase_company,
)
