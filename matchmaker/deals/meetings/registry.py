"""Merge and deletion rules of meetings."""

from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from matchmaker import registry
from matchmaker.deals.meetings import services
from matchmaker.deals.meetings.kinds import MEETING_OVER, MEETING_PROPOSED, MEETING_REMINDER
from matchmaker.deals.meetings.selectors import past_meetings
from matchmaker.deals.meetings.services import end_between, erase_company
from matchmaker.models.meeting import AGREED_STATES, Meeting, MeetingAnswer, MeetingReply, MeetingState
from profiles.models import Investor, Startup
from profiles.platform import erasure, merging
from profiles.platform.erasure import GOES, SHARED, Decision


def agreed_of(company: Startup | Investor) -> int:
    mine = {f"introduction__{company.side}": company}
    return Meeting.objects.filter(**mine, state__in=AGREED_STATES).count()


def agreed_between(startup: Startup, investor: Investor) -> int:
    pair = {"introduction__startup": startup, "introduction__investor": investor}
    return Meeting.objects.filter(**pair, state__in=AGREED_STATES).count()


registry.register_open_matter(
    30,
    _("Agreed meetings"),
    agreed_of,
    agreed_between,
    when_hidden=_("Its page says that it is paused. Calendar entries stay: cancel by phone if necessary."),
    when_suspended=_(
        "Their pages are hidden from both sides. Calendar entries stay: cancel by phone if necessary."
    ),
)

registry.WHEN_BLOCKED.append(end_between)
registry.INTRODUCTION_PARTS.append(registry.IntroductionPart(past_meetings, "deals/meetings/_past.html"))
registry.SETTLED_BY_CLOSING["meeting"] = (MEETING_PROPOSED, MEETING_REMINDER, MEETING_OVER)

merging.register(
    {
        "matchmaker.Meeting": merging.follows("introduction__{side}", unwatched=("remind_at",)),
        "matchmaker.MeetingSlot": merging.follows("meeting__introduction__{side}"),
        "matchmaker.MeetingStep": merging.follows("meeting__introduction__{side}"),
        "matchmaker.MeetingReply": merging.follows("meeting__introduction__{side}"),
    }
)


def took_place() -> QuerySet[Meeting]:
    missed = MeetingReply.objects.filter(answer=MeetingAnswer.MISSED)
    over = Meeting.objects.filter(state=MeetingState.OVER, introduction__left_at=None)
    over = over.exclude(pk__in=missed.values("meeting"))
    return over.annotate(
        of_startup=F("introduction__startup"), of_investor=F("introduction__investor"), moment=F("ends_at")
    )


registry.register_funnel_step(
    40,
    "met",
    _("Meetings held"),
    took_place,
    meaning=_("Meetings whose time has passed, except meetings that one side says did not happen."),
)

erasure.register(
    {
        "matchmaker.Meeting": Decision(SHARED, company="introduction__{side}"),
        "matchmaker.MeetingSlot": Decision(
            GOES, because="gone once the offer is answered; on its page until then"
        ),
        "matchmaker.MeetingStep": Decision(SHARED, because="the moves of a meeting, on the same page"),
        "matchmaker.MeetingReply": Decision(SHARED, company="meeting__introduction__{side}", own_side=True),
    },
    erase_company,
)

registry.register_periodic_task("advance_meetings", services.advance, registry.SOON)
