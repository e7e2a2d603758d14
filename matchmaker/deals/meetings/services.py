"""Meetings: acts of the two sides and periodic steps. Every act can raise what apply_transition raises."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from matchmaker import transitions
from matchmaker.choices import Side
from matchmaker.deals.hours.selectors import busy_times, free_times, hours_in
from matchmaker.deals.introductions.services import decisions, locks
from matchmaker.deals.meetings import kinds
from matchmaker.deals.meetings.selectors import calendar_entry, moment_for
from matchmaker.integrations.calendar_files import Method
from matchmaker.matching.pairs import services as pairs
from matchmaker.models.introduction import Introduction, IntroductionState
from matchmaker.models.meeting import (
    AGREED_STATES,
    LIVE,
    Meeting,
    MeetingAct,
    MeetingAnswer,
    MeetingReply,
    MeetingSlot,
    MeetingState,
)
from profiles.models import Investor, OutboxMail, Startup, User
from profiles.people.accounts.services.accounts import PersonalContext, notify_team
from profiles.platform.notifications import services as notifications
from profiles.platform.notifications.services import Message
from profiles.refusals import RefusedError


def notify_side(
    kind: str, meeting: Meeting, side: Side, *, event: str, at: datetime, method: Method | None = None
) -> None:
    """Notify one side's team; with `method` the mail has a calendar entry."""
    introduction = meeting.introduction

    def personal(user: User) -> PersonalContext:
        entry = calendar_entry(meeting, side, user, method=method, at=at) if method else ""
        with override(user.language):
            return PersonalContext({"when": moment_for(meeting, side, user)}, entry)

    is_open = introduction.state == IntroductionState.MUTUAL
    other_company = introduction.company_on(side.other)
    path = reverse("meeting", args=[other_company.public_id]) if is_open else reverse("pipeline")
    message = Message(kind=kind, path=path, event=f"{meeting.pk}:{event}", at=at)
    notify_team(introduction.company_on(side), message, personal=personal)


def erase_company(company: Startup | Investor, at: datetime) -> None:
    """Cancel the meetings of a company that is deleted, and notify those who agreed to one."""
    other = Side(company.side).other
    meetings = Meeting.objects.filter(**{f"introduction__{company.side}": company})
    for meeting in meetings:
        keys = Q()
        for kind in kinds.MEETING_KINDS:
            keys |= Q(key__startswith=f"{kind}:{meeting.pk}:")
        OutboxMail.objects.filter(keys).delete()
    MeetingReply.objects.filter(meeting__in=meetings, side=company.side).delete()
    live = meetings.filter(state__in=LIVE)
    for meeting in live.select_related("introduction__startup", "introduction__investor"):
        is_agreed = meeting.state in AGREED_STATES
        is_over = meeting.ends_at is not None and meeting.ends_at <= at
        sequence = meeting.sequence + (is_agreed and not is_over)
        changes: dict[str, Any] = {"ended_at": at, "sequence": sequence, **FORGOTTEN_AT_END}
        act = MeetingAct.END if is_over else MeetingAct.DROP
        transitions.apply_transition(meeting, act, by=None, at=at, **changes)
        meeting.slots.all().delete()
        if is_over or not is_agreed:
            continue

        def personal(user: User, meeting: Meeting = meeting) -> PersonalContext:
            entry = calendar_entry(meeting, other, user, method=Method.CANCEL, at=at, is_alone=True)
            return PersonalContext(calendar=entry)

        path = reverse("pipeline")
        message = Message(kind=kinds.MEETING_CANCELLED, path=path, event=f"{meeting.pk}:deleted", at=at)
        notify_team(meeting.introduction.company_on(other), message, personal=personal)


def notify_both_teams(
    kind: str, meeting: Meeting, *, event: str, at: datetime, method: Method | None = None
) -> None:
    for side in Side:
        notify_side(kind, meeting, side, event=event, at=at, method=method)


REMINDERS = (timedelta(days=1), timedelta(hours=1))  # before it begins
# What a meeting that is over or cancelled forgets.
FORGOTTEN_AT_END: dict[str, Any] = {"remind_at": None, "call_address": "", "host_hour": None}


class PastTimeError(RefusedError):
    message = _("This time has passed. Choose another one, or propose others.")


@transaction.atomic
def propose(
    introduction: Introduction,
    *,
    times: Sequence[datetime],
    minutes: int,
    side: Side,
    by: User,
    at: datetime,
    call_address: str = "",
    version_read: str | None = None,
) -> Meeting:
    """Offer times in place of an open offer; an agreed time stays until another one is agreed.

    Raises:
        WrongStateError: the two are not both interested (any more).
        ChangedSinceReadError: the meeting is not as it was read. `version_read`: its version, "" for none.
        PastTimeError: a time has passed.
    """
    pair = introduction.pair
    pairs.count(kinds.MEETING_LIMIT, *pair, side=side, by=by, at=at)
    locks.lock_mutual_pair(introduction)
    if any(time <= at for time in times):
        raise PastTimeError
    meeting = Meeting.objects.filter(introduction=introduction, state__in=LIVE).first()
    transitions.require_unchanged(meeting, version_read)
    if meeting is None:
        meeting, act = Meeting(introduction=introduction, made_at=at), MeetingAct.PROPOSE
    else:
        act = MeetingAct.MOVE if meeting.state in AGREED_STATES else MeetingAct.REPLACE
    step = transitions.apply_transition(meeting, act, side=side, by=by, at=at, proposed_by=side)
    meeting.slots.all().delete()
    for time in sorted(set(times)):
        MeetingSlot.objects.create(meeting=meeting, starts_at=time, minutes=minutes)
    if call_address != meeting.call_address:
        _write_address(meeting, call_address, at=at)
    pairs.record(kinds.MET, *pair, side=side, by=by, at=at, done="proposed")
    notify_side(kinds.MEETING_PROPOSED, meeting, side.other, event=str(step.pk), at=at)
    return meeting


@transaction.atomic
def take_time(meeting: Meeting, *, slot: int, side: Side, by: User, at: datetime) -> Meeting:
    """Accept an offered time by its key; both sides get a calendar entry.

    Raises:
        WrongStateError: it is offered no longer, or by this side itself.
        PastTimeError: it has passed.
    """
    pairs.count(kinds.MEETING_LIMIT, *meeting.introduction.pair, side=side, by=by, at=at)
    locks.lock_part(meeting)
    chosen = meeting.slots.filter(pk=slot).first()
    if chosen is None:
        raise transitions.WrongStateError
    if chosen.starts_at <= at:
        raise PastTimeError
    return _agree(meeting, chosen.starts_at, chosen.ends_at, side=side, by=by, at=at)


@transaction.atomic
def choose_time(
    introduction: Introduction,
    *,
    hours: int,
    starts_at: datetime,
    side: Side,
    by: User,
    at: datetime,
    version_read: str | None = None,
) -> Meeting:
    """Agree on a time in the hours that a person of the other side has published, by their key.

    The hours are that person's offer, in place of what was proposed.

    Raises:
        WrongStateError: the two are not both interested (any more), or a time is agreed already.
        ChangedSinceReadError: the meeting is not as it was read.
        TakenError: the time is not free (any more), or not published (any more).
    """
    pairs.count(kinds.MEETING_LIMIT, *introduction.pair, side=side, by=by, at=at)
    locks.lock_mutual_pair(introduction)
    meeting = Meeting.objects.filter(introduction=introduction, state__in=LIVE).first()
    transitions.require_unchanged(meeting, version_read)
    offered = hours_in(introduction.company_on(side.other)).filter(pk=hours).first()
    free = free_times(offered, busy_times(introduction, at=at), at=at) if offered else []
    chosen = next((each for each in free if each.starts_at == starts_at), None)
    if offered is None or chosen is None:
        raise transitions.TakenError
    host = offered.membership.user
    agreed = Meeting.objects.filter(host_hour__startswith=f"{host.pk} ").exclude(introduction=introduction)
    if agreed.filter(starts_at__lt=chosen.ends_at, ends_at__gt=chosen.starts_at).exists():
        raise transitions.TakenError  # agreed for the company that the person was in before
    act = MeetingAct.REPLACE if meeting else MeetingAct.PROPOSE
    meeting = meeting or Meeting(introduction=introduction, made_at=at)
    transitions.apply_transition(meeting, act, side=side.other, by=host, at=at, proposed_by=side.other)
    return _agree(meeting, chosen.starts_at, chosen.ends_at, side=side, by=by, at=at, host=host)


def _host_hour(host: User, starts_at: datetime) -> str:
    return f"{host.pk} {starts_at:%Y%m%d%H%M}"


def _agree(
    meeting: Meeting,
    starts_at: datetime,
    ends_at: datetime,
    *,
    side: Side,
    by: User,
    at: datetime,
    host: User | None = None,
) -> Meeting:
    is_moved = meeting.state == MeetingState.MOVING
    step = transitions.apply_transition(
        meeting,
        MeetingAct.TAKE,
        side=side,
        by=by,
        at=at,
        starts_at=starts_at,
        ends_at=ends_at,
        host_hour=_host_hour(host, starts_at) if host else None,
        sequence=meeting.sequence + is_moved,
        remind_at=next_reminder(starts_at, after=at),
    )
    meeting.slots.all().delete()
    pairs.record(kinds.MET, *meeting.introduction.pair, side=side, by=by, at=at, done="agreed")
    kind = kinds.MEETING_MOVED if is_moved else kinds.MEETING_AGREED
    notify_both_teams(kind, meeting, event=str(step.pk), at=at, method=Method.REQUEST)
    return meeting


@transaction.atomic
def keep_time(
    meeting: Meeting, *, side: Side, by: User, at: datetime, version_read: str | None = None
) -> None:
    """Keep the agreed time although others were offered.

    Raises:
        WrongStateError: no move is asked for.
    """
    pair = locks.lock_part(meeting)
    step = transitions.apply_transition(
        meeting, MeetingAct.KEEP, side=side, by=by, at=at, version_read=version_read
    )
    meeting.slots.all().delete()
    pairs.record(kinds.MET, *pair, side=side, by=by, at=at, done="kept")
    notify_side(kinds.MEETING_KEPT, meeting, side.other, event=str(step.pk), at=at)


@transaction.atomic
def cancel(meeting: Meeting, *, side: Side, by: User, at: datetime, version_read: str | None = None) -> None:
    """Cancel the meeting.

    Raises:
        WrongStateError: it is over or cancelled already.
        ChangedSinceReadError: who withdraws an offer cancels no time that was agreed meanwhile.
    """
    pair = locks.lock_part(meeting)
    transitions.require_unchanged(meeting, version_read)
    call_off(meeting, MeetingAct.CANCEL, side=side, by=by, at=at)
    pairs.record(kinds.MET, *pair, side=side, by=by, at=at, done="cancelled")


@transaction.atomic
def set_call_address(meeting: Meeting, *, address: str, side: Side, by: User, at: datetime) -> None:
    """Set the address of the call; calendar entries of an agreed meeting follow.

    Raises:
        WrongStateError: the meeting is over or cancelled.
    """
    pairs.count(kinds.MEETING_LIMIT, *meeting.introduction.pair, side=side, by=by, at=at)
    pair = locks.lock_part(meeting)
    if meeting.state not in LIVE:
        raise transitions.WrongStateError
    if meeting.call_address == address:
        return
    _write_address(meeting, address, at=at)
    pairs.record(kinds.MET, *pair, side=side, by=by, at=at, done="address")


@transaction.atomic
def reply(meeting: Meeting, *, answer: MeetingAnswer, side: Side, by: User, at: datetime) -> None:
    """Store one side's first answer. "Close" closes the introduction. The audit log records the fact only.

    Raises:
        WrongStateError: the meeting is not over, or the introduction is closed.
    """
    pair = locks.lock_part(meeting)
    if meeting.state != MeetingState.OVER:
        raise transitions.WrongStateError
    _reply, is_new = MeetingReply.objects.get_or_create(
        meeting=meeting, side=side, defaults={"answer": answer, "by": by, "at": at}
    )
    if not is_new:
        return
    path = reverse("meeting", args=[meeting.introduction.company_on(side.other).public_id])
    company = meeting.introduction.company_on(side)
    notifications.mark_settled(company, kinds=(kinds.MEETING_OVER,), path=path, at=at)
    pairs.record(kinds.MET, *pair, side=side, by=by, at=at, done="answered")
    if answer is MeetingAnswer.CLOSE:
        decisions.withdraw_interest(*pair, side=side, by=by, at=at)


def _write_address(meeting: Meeting, address: str, *, at: datetime) -> None:
    is_agreed = meeting.state in AGREED_STATES
    meeting.call_address, meeting.sequence = address, meeting.sequence + is_agreed
    meeting.save(update_fields=["call_address", "sequence"])
    if is_agreed:
        event = f"address:{meeting.sequence}"
        notify_both_teams(kinds.MEETING_ADDRESS, meeting, event=event, at=at, method=Method.REQUEST)


def call_off(
    meeting: Meeting, act: MeetingAct, *, at: datetime, side: Side | None = None, by: User | None = None
) -> None:
    is_agreed = meeting.state in AGREED_STATES
    step = transitions.apply_transition(
        meeting,
        act,
        side=side,
        by=by,
        at=at,
        ended_at=at,
        sequence=meeting.sequence + is_agreed,
        **FORGOTTEN_AT_END,
    )
    meeting.slots.all().delete()
    kind = kinds.MEETING_CANCELLED
    if is_agreed:
        notify_both_teams(kind, meeting, event=str(step.pk), at=at, method=Method.CANCEL)
    elif side:
        notify_side(kind, meeting, side.other, event=str(step.pk), at=at)


def next_reminder(starts_at: datetime, *, after: datetime) -> datetime | None:
    """Return the next moment to remind of a meeting; None where none is left."""
    return next((starts_at - lead for lead in REMINDERS if starts_at - lead > after), None)


def advance(*, at: datetime) -> None:
    """Do what is due; meetings that ended come first, so that no one is reminded of them."""
    drop_closed(at=at)
    end_past(at=at)
    remind_of_near(at=at)


def drop_closed(*, at: datetime) -> int:
    closed = Meeting.objects.filter(state__in=LIVE).exclude(introduction__state=IntroductionState.MUTUAL)
    return sum(_drop(pk, at=at) for pk in locks.due_keys(closed.order_by("pk")))


def end_between(startup: Startup, investor: Investor, *, at: datetime, **_by: Any) -> None:
    closed = Meeting.objects.filter(introduction__startup=startup, introduction__investor=investor)
    closed = closed.filter(state__in=LIVE).exclude(introduction__state=IntroductionState.MUTUAL)
    for pk in closed.order_by("pk").values_list("pk", flat=True):
        _drop(pk, at=at)


@transaction.atomic
def _drop(pk: int, *, at: datetime) -> bool:
    meeting = locks.locked_part(Meeting, pk)
    if meeting.introduction.state == IntroductionState.MUTUAL:
        return False
    try:
        call_off(meeting, MeetingAct.DROP, at=at)
    except transitions.TransitionRefusedError:
        return False
    _record(meeting, "cancelled", at=at)
    return True


def end_past(*, at: datetime) -> int:
    past = Meeting.objects.filter(state__in=AGREED_STATES, ends_at__lte=at)
    return sum(_end(pk, at=at) for pk in locks.due_keys(past.order_by("ends_at", "pk")))


@transaction.atomic
def _end(pk: int, *, at: datetime) -> bool:
    meeting = locks.locked_part(Meeting, pk)
    if meeting.ends_at is None or meeting.ends_at > at:
        return False
    changes = {"ended_at": at, **FORGOTTEN_AT_END}
    try:
        transitions.apply_transition(meeting, MeetingAct.END, by=None, at=at, **changes)
    except transitions.TransitionRefusedError:
        return False
    meeting.slots.all().delete()
    _record(meeting, "over", at=at)
    if locks.lock_if_mutual(meeting.introduction):
        notify_both_teams(kinds.MEETING_OVER, meeting, event="over", at=at)
    return True


def remind_of_near(*, at: datetime) -> int:
    """Remind both sides, a day and an hour before; return of how many meetings."""
    near = Meeting.objects.filter(remind_at__lte=at)
    return sum(_remind(pk, at=at) for pk in locks.due_keys(near.order_by("remind_at", "pk")))


@transaction.atomic
def _remind(pk: int, *, at: datetime) -> bool:
    """Send the due reminder of a meeting and set the next time; False if another worker did.

    After a standstill one of two is sent.
    """
    meeting = locks.locked_part(Meeting, pk)
    now, starts_at = meeting.remind_at, meeting.starts_at
    if now is None or starts_at is None or now > at:
        return False
    mine = Meeting.objects.filter(pk=pk, remind_at=now, state__in=AGREED_STATES)
    is_first = mine.update(remind_at=next_reminder(starts_at, after=at))
    if not is_first or starts_at <= at or not locks.lock_if_mutual(meeting.introduction):
        return False
    event = f"{starts_at:%Y%m%d%H%M}:{(starts_at - now) // timedelta(hours=1)}"
    notify_both_teams(kinds.MEETING_REMINDER, meeting, event=event, at=at)
    return True


def _record(meeting: Meeting, done: str, *, at: datetime) -> None:
    details: dict[str, Any] = {"side": meeting.introduction.asked_side, "done": done}
    pairs.record(kinds.MET, *meeting.introduction.pair, by=None, at=at, **details)
