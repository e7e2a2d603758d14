"""What missions add to Today and to what is open between companies, and what becomes of them."""

from collections import Counter
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.db.models.signals import post_delete
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from matchmaker.events.missions import admin, kinds  # noqa: F401  register themselves
from matchmaker.events.missions.selectors.day import place_of
from matchmaker.events.missions.services import clock, meetings, missions, plans
from matchmaker.events.programmes.selectors.programmes import PAGE_LINKS
from matchmaker.models.missions import Delegation, Mission, MissionMeeting
from matchmaker.models.missions.mission import COMPANIES_OF_BOTH, MissionState
from matchmaker.models.missions.plan import LIVE
from matchmaker.models.programmes import Programme
from matchmaker.models.programmes.programme import ONGOING, ProgrammeApplicationState
from matchmaker.registry import (
    MENU_COVERS,
    MINUTE,
    SOON,
    Waiting,
    WaitingPart,
    register_open_matter,
    register_periodic_task,
    register_task,
    register_waiting,
)
from profiles.models import Investor, Membership, Startup, User
from profiles.people.accounts.time_zones import zone_label
from profiles.platform import erasure, merging
from profiles.platform.erasure import GOES, Decision


def wishing(company: Startup | Investor, _user: User, at: datetime) -> QuerySet[Delegation]:
    if not company.takes_part:
        return Delegation.objects.none()
    return Delegation.objects.filter(
        **{f"application__{company.side}": company},
        application__state=ProgrammeApplicationState.ACCEPTED,
        mission__state=MissionState.WISHES,
        mission__wishes_until__gt=at,
    ).exclude(wishes__is_prefilled=False)


def wishes_to_choose(company: Startup | Investor, user: User, at: datetime) -> list[Waiting]:
    rows = wishing(company, user, at)
    missions = {
        delegation.mission_id: delegation.mission for delegation in rows.select_related("mission__programme")
    }
    return [
        Waiting(
            gettext("Choose who to meet: %(title)s") % {"title": mission.programme.title},
            gettext("Choose"),
            "mission",
            of=(mission.programme.public_id,),
            icon="calendar3",
            day=timezone.localtime(mission.wishes_until, mission.programme.zone).date(),
        )
        for mission in missions.values()
    ]


def meetings_to_come(company: Startup | Investor, _user: User, at: datetime) -> QuerySet[MissionMeeting]:
    """Return what a company that takes part has not met yet, a meeting that goes on now too."""
    if not company.takes_part:
        return MissionMeeting.objects.none()
    mine = {f"{company.side}__application__{company.side}": company}
    open_ones = MissionMeeting.objects.filter(state__in=LIVE, mission__programme__state__in=ONGOING)
    return open_ones.filter(**mine, slot__ends_at__gt=at)


def meetings_waiting(company: Startup | Investor, user: User, at: datetime) -> QuerySet[MissionMeeting]:
    not_accepted = {f"{company.side}_accepted_at": None}
    return meetings_to_come(company, user, at).filter(**not_accepted, slot__starts_at__gt=at)


def meetings_to_accept(company: Startup | Investor, user: User, at: datetime) -> list[Waiting]:
    rows = meetings_waiting(company, user, at).select_related("mission__programme")
    waiting = []
    for programme, count in Counter(row.mission.programme for row in rows).items():
        text = ngettext(
            "%(count)d meeting is waiting for your answer: %(title)s",
            "%(count)d meetings are waiting for your answer: %(title)s",
            count,
        )
        sentence = text % {"count": count, "title": programme.title}
        waiting.append(
            Waiting(sentence, gettext("Answer"), "mission", of=(programme.public_id,), icon="calendar3")
        )
    return waiting


def next_meetings(company: Startup | Investor, user: User, at: datetime) -> list[Waiting]:
    rows = meetings_to_come(company, user, at).order_by("slot__starts_at", "pk")
    related = rows.select_related("mission__programme", "slot", "table", *COMPANIES_OF_BOTH)
    return [
        Waiting(
            gettext("Meeting with %(name)s: %(moment)s")
            % {"name": getattr(row, str(company.side.other)).called, "moment": when_and_where(row)},
            gettext("See the meeting"),
            "mission_day_meeting",
            of=(row.mission.programme.public_id, row.key),
            icon="people",
            is_ahead=True,
        )
        for row in related
    ]


def when_and_where(meeting: MissionMeeting) -> str:
    zone, slot = meeting.mission.programme.zone, meeting.slot
    moment = date_format(timezone.localtime(slot.starts_at if slot else None, zone), gettext("l j F Y, H:i"))
    return " · ".join(filter(None, (f"{moment} ({zone_label(zone)})", place_of(meeting.table))))


def link_to_mission(programme: Programme, organises: bool) -> tuple[str, str] | None:
    if Mission.objects.filter(programme=programme).exists():
        return gettext("Meetings"), reverse("mission", args=[programme.public_id])
    if not organises or programme.state not in ONGOING:
        return None
    return gettext("Set up meetings"), reverse("mission_set_up", args=[programme.public_id])


PAGE_LINKS.append(link_to_mission)
MENU_COVERS["programmes"] = ["mission"]
register_waiting(WaitingPart(43, wishes_to_choose, wishing), told_by=[kinds.WISHES_OPEN, kinds.REMINDED])
register_waiting(WaitingPart(44, meetings_to_accept, meetings_waiting), told_by=[kinds.PUBLISHED])
register_waiting(WaitingPart(45, next_meetings, meetings_to_come))


def meetings_ahead(company: Startup | Investor) -> int:
    side = company.side
    mine = {f"{side}__application__{side}": company}
    return MissionMeeting.objects.filter(**mine, state__in=LIVE, slot__ends_at__gt=timezone.now()).count()


def meetings_between(startup: Startup, investor: Investor) -> int:
    both = {"startup__application__startup": startup, "investor__application__investor": investor}
    return MissionMeeting.objects.filter(**both, state__in=LIVE, slot__ends_at__gt=timezone.now()).count()


register_open_matter(
    43,
    _("Meetings of missions"),
    meetings_ahead,
    meetings_between,
    when_hidden=_(
        "They are cancelled within a minute. Both sides see only that the meetings will not take place."
    ),
    when_suspended=_("They are cancelled within a minute, and the other side is told."),
)


def person_left(*, instance: Membership, **_kwargs: Any) -> None:
    missions.renew_addresses(instance)


post_delete.connect(person_left, sender=Membership, dispatch_uid="person_left_missions")


def erase_company(company: Startup | Investor, at: datetime) -> None:
    delegations = Delegation.objects.filter(**{f"application__{company.side}": company})
    meetings.leave(delegations, at=at)
    plans.forget_delegations(delegations)


def erase_account(user: User, at: datetime) -> None:
    delegations = Delegation.objects.filter(application__person=user)
    meetings.leave(delegations, at=at)
    plans.forget_delegations(delegations)


merging.register(
    {
        "matchmaker.Mission": merging.follows("programme__{side}"),
        "matchmaker.MissionSlot": merging.follows("mission__programme__{side}"),
        "matchmaker.MissionTable": merging.follows("mission__programme__{side}"),
        "matchmaker.Interpreter": merging.follows("mission__programme__{side}"),
        "matchmaker.Delegation": merging.follows("application__{side} mission__programme__{side}"),
        "matchmaker.MissionWish": merging.follows(
            "giver__application__{side} receiver__application__{side}", is_watched=False
        ),
        "matchmaker.MissionPlan": merging.follows("mission__programme__{side}", is_watched=False),
        "matchmaker.MissionMeeting": merging.follows(
            "{side}__application__{side} mission__programme__{side}"
        ),
        "matchmaker.MissionNote": merging.follows("delegation__application__{side}"),
        "matchmaker.MissionStep": merging.follows("mission__programme__{side}", is_watched=False),
    }
)

erasure.register(
    {
        "matchmaker.Mission": Decision(GOES, company="programme__{side}"),
        "matchmaker.MissionSlot": Decision(GOES, company="mission__programme__{side}"),
        "matchmaker.MissionTable": Decision(GOES, company="mission__programme__{side}"),
        "matchmaker.Interpreter": Decision(GOES, company="mission__programme__{side}"),
        "matchmaker.Delegation": Decision(GOES, account="application__person", company="application__{side}"),
        "matchmaker.MissionWish": Decision(
            GOES, account="giver__application__person", company="giver__application__{side}"
        ),
        "matchmaker.MissionPlan": Decision(GOES, because="a run of the planner, of the whole mission"),
        "matchmaker.MissionMeeting": Decision(
            GOES,
            account="startup__application__person investor__application__person",
            company="{side}__application__{side}",
        ),
        "matchmaker.MissionNote": Decision(
            GOES, account="delegation__application__person", company="delegation__application__{side}"
        ),
        "matchmaker.MissionStep": Decision(GOES, because="the moves of a mission and of its meetings"),
    },
    erase_company,
    erase_account,
)

register_task(plans.PLAN_MISSIONS, plans.work_in_turn, queue=settings.SLOW_QUEUE)
register_periodic_task("advance_missions", clock.advance, MINUTE)
register_periodic_task("resume_plans", plans.resume, SOON)
