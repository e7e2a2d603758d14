"""What missions add to Today and to what is open between companies, and what becomes of them."""

from collections import Counter
from datetime import datetime
from functools import cache
from typing import Any

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.signals import post_delete
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from matchmaker import registry
from matchmaker.events.missions import admin, kinds  # noqa: F401  register themselves
from matchmaker.events.missions.selectors.day import place_of
from matchmaker.events.missions.services import clock, meetings, missions, plans
from matchmaker.events.programmes.selectors.programmes import PAGE_LINKS
from matchmaker.events.programmes.services.telling import SAID_ANYWAY
from matchmaker.models.missions import Delegation, Mission, MissionMeeting, MissionWish
from matchmaker.models.missions.mission import MissionState
from matchmaker.models.missions.plan import LIVE
from matchmaker.models.programmes import Programme
from matchmaker.models.programmes.programme import ONGOING, ProgrammeApplicationState
from profiles.choices import Side
from profiles.models import Investor, Membership, Startup, User
from profiles.people.accounts.time_zones import with_zone
from profiles.platform import erasure, merging
from profiles.platform.erasure import GOES, Decision

NAMES, TITLES = (tuple(f"{what}_{code}" for code in ("en", "ur", "zh")) for what in ("name", "title"))
PROGRAMME = tuple(f"mission__programme__{each}" for each in ("public_id", "time_zone", *TITLES))


def may_choose(_side: Side) -> QuerySet[Delegation]:
    """Return who may choose who to meet, and has not."""
    chosen = MissionWish.objects.filter(giver=OuterRef("pk"), is_prefilled=False)
    accepted = {"application__state": ProgrammeApplicationState.ACCEPTED}
    return Delegation.objects.filter(~Exists(chosen), **accepted, mission__state=MissionState.WISHES)


def chooses(company: Startup | Investor, _user: User, at: datetime) -> Q:
    own = Q(**{f"application__{company.side}": company}, mission__wishes_until__gt=at)
    return own if company.takes_part else Q(pk__in=())


def busy_times(startup: Startup, investor: Investor, at: datetime) -> list[tuple[datetime, datetime]]:
    """Return when either company is at a meeting of a mission, as planned now. One query."""
    own = Q(startup__application__startup=startup) | Q(investor__application__investor=investor)
    rows = MissionMeeting.objects.filter(own, state__in=LIVE, slot__ends_at__gt=at)
    return list(rows.order_by("slot__starts_at").values_list("slot__starts_at", "slot__ends_at"))


registry.BUSY_TIMES.append(busy_times)


def wishes(found: dict[int, int], *_context: Any) -> list[registry.Waiting]:
    """Return the missions in which a company has chosen nothing yet. One query."""
    until = F("mission__wishes_until")
    rows = Programme.objects.filter(mission__in=found.values()).annotate(until=until).order_by("pk")
    return [
        registry.Waiting(
            gettext("Choose who to meet: %(title)s") % {"title": programme.title},
            gettext("Choose"),
            "mission",
            of=(programme.public_id,),
            icon="people",
            day=timezone.localtime(programme.until, programme.zone).date(),
        )
        for programme in rows.only("public_id", "time_zone", *TITLES)
    ]


def meetings_to_come(_side: Side) -> QuerySet[MissionMeeting]:
    return MissionMeeting.objects.filter(mission__programme__state__in=ONGOING, state__in=LIVE)


def meets(company: Startup | Investor, _user: User, at: datetime) -> Q:
    """Return what a company that takes part has not met yet, a meeting that goes on now too."""
    own = Q(**{f"{company.side}__application__{company.side}": company}, slot__ends_at__gt=at)
    return own if company.takes_part else Q(pk__in=())


def meetings_waiting(
    found: dict[int, int], company: Startup | Investor, at: datetime
) -> list[registry.Waiting]:
    """Return the meetings to accept, and the next ones. One query."""
    side = Side(company.side)
    meetings = list(_shown_to(side).filter(pk__in=found))
    return [*_to_accept(meetings, side, at), *(_next_meeting(each, side.other) for each in meetings)]


@cache
def _shown_to(side: Side) -> QuerySet[MissionMeeting]:
    other = f"{side.other}__application__{side.other}"
    shown = (
        *("key", f"{side}_accepted_at", "slot__starts_at", "table__hall", "table__name"),
        *PROGRAMME,
        *(f"{side.other}__{each}" for each in ("name", "application__startup", "application__investor")),
        *(f"{other}__{each}" for each in NAMES),
    )
    rows = MissionMeeting.objects.select_related("mission__programme", "slot", "table", other)
    return rows.only(*shown).order_by("slot__starts_at", "pk")


def _to_accept(meetings: list[MissionMeeting], side: Side, at: datetime) -> list[registry.Waiting]:
    waits = (
        each
        for each in meetings
        if getattr(each, f"{side}_accepted_at") is None and each.slot and each.slot.starts_at > at
    )
    waiting = []
    for programme, count in Counter(each.mission.programme for each in waits).items():
        text = ngettext(
            "%(count)d meeting is waiting for your answer: %(title)s",
            "%(count)d meetings are waiting for your answer: %(title)s",
            count,
        )
        sentence = text % {"count": count, "title": programme.title}
        waiting.append(
            registry.Waiting(sentence, gettext("Answer"), "mission", of=(programme.public_id,), icon="people")
        )
    return waiting


def _next_meeting(meeting: MissionMeeting, other: Side) -> registry.Waiting:
    words = {"name": getattr(meeting, other).called, "moment": when_and_where(meeting)}
    return registry.Waiting(
        gettext("Meeting with %(name)s: %(moment)s") % words,
        gettext("See the meeting"),
        "mission_day_meeting",
        of=(meeting.mission.programme.public_id, meeting.key),
        icon="people",
        is_ahead=True,
    )


def when_and_where(meeting: MissionMeeting) -> str:
    zone, slot = meeting.mission.programme.zone, meeting.slot
    moment = date_format(timezone.localtime(slot.starts_at if slot else None, zone), gettext("l j F Y, H:i"))
    return " · ".join(filter(None, (with_zone(moment, zone), place_of(meeting.table))))


def link_to_mission(programme: Programme, organises: bool) -> tuple[str, str] | None:
    if Mission.objects.filter(programme=programme).exists():
        return gettext("Meetings"), reverse("mission", args=[programme.public_id])
    if not organises or programme.state not in ONGOING:
        return None
    return gettext("Set up meetings"), reverse("mission_set_up", args=[programme.public_id])


PAGE_LINKS.append(link_to_mission)
registry.MENU_COVERS["programmes"] = ["mission"]
registry.register_waiting(
    registry.WaitingPart(43, may_choose, chooses, wishes, "mission"),
    told_by=[kinds.WISHES_OPEN, kinds.REMINDED],
)
registry.register_waiting(
    registry.WaitingPart(43, meetings_to_come, meets, meetings_waiting), told_by=[kinds.PUBLISHED]
)


def meetings_ahead(company: Startup | Investor) -> int:
    side = company.side
    mine = {f"{side}__application__{side}": company}
    return MissionMeeting.objects.filter(**mine, state__in=LIVE, slot__ends_at__gt=timezone.now()).count()


def meetings_between(startup: Startup, investor: Investor) -> int:
    both = {"startup__application__startup": startup, "investor__application__investor": investor}
    return MissionMeeting.objects.filter(**both, state__in=LIVE, slot__ends_at__gt=timezone.now()).count()


registry.register_open_matter(
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


SAID_ANYWAY.append(kinds.MEETING_OFF)
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

registry.register_task(plans.PLAN_MISSIONS, plans.work_in_turn, queue=settings.SLOW_QUEUE)
registry.register_periodic_task("advance_missions", clock.advance, registry.MINUTE)
registry.register_periodic_task("resume_plans", plans.resume, registry.SOON)
