"""Meetings: one side proposes times, the other takes one, and every step is kept."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from matchmaker.choices import Side
from matchmaker.models.introduction import Introduction
from matchmaker.models.stateful import Actor, StatefulModel, Step, checks, move_fields, version_of
from matchmaker.models.transitions import Mover, Transition, codes_of, set_in, step_rule, unset_in
from profiles.models.profile import ID_LENGTH, check_if_set, new_public_id


class MeetingState(models.TextChoices):
    PROPOSED = "proposed", _("Times proposed")
    AGREED = "agreed", _("Meeting time agreed")
    MOVING = "moving", _("Time agreed; other times proposed")
    OVER = "over", pgettext_lazy("meeting", "Time has passed")
    CANCELLED = "cancelled", pgettext_lazy("meeting", "Cancelled")


class MeetingAct(models.TextChoices):
    PROPOSE = "propose", _("Times proposed")
    REPLACE = "replace", _("Other times proposed")
    TAKE = "take", _("A time was chosen")
    MOVE = "move", _("Asked to move the meeting")
    KEEP = "keep", _("The agreed time stays the same")
    CANCEL = "cancel", pgettext_lazy("meeting", "Cancelled")
    DROP = "drop", _("Cancelled, because the introduction was closed")
    END = "end", pgettext_lazy("meeting", "Time has passed")


M, D = MeetingState, MeetingAct
AGREED_STATES = (M.AGREED, M.MOVING)  # there is a time
LIVE = (M.PROPOSED, *AGREED_STATES)  # one an introduction at most
DONE = (M.OVER, M.CANCELLED)

MEETING_LINES = (
    Transition(D.PROPOSE, (), M.PROPOSED, Mover.EITHER),
    Transition(D.REPLACE, (M.PROPOSED,), M.PROPOSED, Mover.EITHER),
    Transition(D.TAKE, (M.PROPOSED, M.MOVING), M.AGREED, Mover.OTHER),
    Transition(D.MOVE, AGREED_STATES, M.MOVING, Mover.EITHER),
    Transition(D.KEEP, (M.MOVING,), M.AGREED, Mover.EITHER),
    Transition(D.CANCEL, LIVE, M.CANCELLED, Mover.EITHER),
    Transition(D.DROP, LIVE, M.CANCELLED, Mover.TIME),
    Transition(D.END, AGREED_STATES, M.OVER, Mover.TIME),
)
MINUTES = (15, 30, 45, 60)  # a meeting is so long

# What each state says of its moments: the agreed time, the next reminder, the end. The call's address is
# forgotten when the meeting is over.
MEETING_RULES = (
    ("known", Q(state__in=codes_of(M))),
    ("undecided", unset_in("starts_at", (M.PROPOSED,))),
    ("decided", set_in("starts_at", (*AGREED_STATES, M.OVER))),
    (
        "whole",
        Q(starts_at__isnull=True, ends_at__isnull=True) | Q(starts_at__isnull=False, ends_at__isnull=False),
    ),
    ("reminds", unset_in("remind_at", (M.PROPOSED, *DONE))),
    ("ended", set_in("ended_at", DONE)),
    ("open", unset_in("ended_at", LIVE)),
    ("forgets", ~Q(state__in=codes_of(DONE)) | Q(call_address="")),
)


ADDRESS_LENGTH = 200


class MeetingAnswer(models.TextChoices):
    GO_ON = "go_on", _("It happened, and we continue")
    CLOSE = "close", _("It happened, and we close the introduction")
    MISSED = "missed", _("It did not happen")


class Meeting(StatefulModel):
    """One meeting of an introduction, from the first proposal to its end.

    `host_hour`: the person in whose published hours its time was chosen, and that time, while it is agreed. A
    person has one meeting at a time.
    """

    transitions = {line.act: line for line in MEETING_LINES}
    step_model, step_fields = "MeetingStep", ("meeting",)

    introduction = models.ForeignKey(Introduction, models.CASCADE, related_name="meetings")
    key = models.CharField(max_length=ID_LENGTH, unique=True, default=new_public_id, editable=False)
    state = models.CharField(_("state"), max_length=9, choices=MeetingState)
    proposed_by = models.CharField(_("proposed by"), max_length=8, choices=Side)
    starts_at = models.DateTimeField(_("begins"), null=True, blank=True)
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)
    sequence = models.PositiveSmallIntegerField(_("version"), default=0)
    call_address = models.CharField(_("place or link"), max_length=ADDRESS_LENGTH, blank=True)
    remind_at = models.DateTimeField(_("next reminder"), null=True, blank=True)
    host_hour = models.CharField(max_length=40, null=True, blank=True, unique=True, editable=False)
    made_at = models.DateTimeField(_("first proposed"), default=timezone.now)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        ordering = ["-made_at", "-pk"]
        constraints = [
            UniqueConstraint(
                fields=["introduction"],
                condition=Q(state__in=[str(state) for state in LIVE]),
                name="meeting_one_live",
            ),
            CheckConstraint(
                condition=Q(proposed_by__in=[str(side) for side in Side]), name="meeting_proposed_by"
            ),
            check_if_set("meeting_has_length", "ends_at", ends_at__gt=F("starts_at")),
            *checks("meeting", MEETING_RULES),
        ]
        indexes = [
            Index(
                fields=["ends_at"],
                name="meeting_ending",
                condition=Q(state__in=[str(state) for state in AGREED_STATES]),
            ),
            Index(fields=["remind_at"], name="meeting_reminding", condition=Q(remind_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.introduction_id}: {self.state}"

    @property
    def version(self) -> str:
        slots = sorted(self.slots.values_list("pk", flat=True))
        return version_of("meeting", self.pk, str(self.state), str(self.starts_at), slots)

    def sides_of(self, actor: Actor) -> list[str]:
        return self.introduction.sides_of(actor)

    def movers_of(self, side: str) -> set[str]:
        movers = {Mover.OTHER} if side != self.proposed_by else set()
        return {Mover.EITHER, *movers}


class MeetingSlot(models.Model):
    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="slots")
    starts_at = models.DateTimeField(_("begins"))
    minutes = models.PositiveSmallIntegerField(_("minutes"), choices=[(minute, minute) for minute in MINUTES])

    class Meta:
        verbose_name = _("proposed time")
        verbose_name_plural = _("proposed times")
        ordering = ["starts_at", "pk"]
        constraints = [
            UniqueConstraint(fields=["meeting", "starts_at"], name="meeting_slot_once"),
            CheckConstraint(condition=Q(minutes__in=MINUTES), name="meeting_slot_minutes"),
        ]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M}"

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)


class MeetingStep(Step):
    """One transition of a meeting. `side` is empty for transitions by time."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="steps")
    act, source, target = move_fields(MeetingAct, 7, 9, MeetingState)
    side = models.CharField(_("side"), max_length=8, choices=Side, blank=True)

    class Meta(Step.Meta):
        verbose_name = _("step of a meeting")
        verbose_name_plural = _("steps of meetings")
        constraints = [CheckConstraint(condition=step_rule(MEETING_LINES), name="meeting_step_is_a_line")]


class MeetingReply(models.Model):
    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="replies")
    side = models.CharField(_("side"), max_length=8, choices=Side)
    answer = models.CharField(_("answer"), max_length=6, choices=MeetingAnswer)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("answer after a meeting")
        verbose_name_plural = _("answers after meetings")
        ordering = ["at", "pk"]
        constraints = [
            UniqueConstraint(fields=["meeting", "side"], name="meeting_reply_once"),
            CheckConstraint(condition=Q(answer__in=MeetingAnswer.values), name="meeting_reply_known"),
            CheckConstraint(condition=Q(side__in=[str(side) for side in Side]), name="meeting_reply_side"),
        ]

    def __str__(self) -> str:
        return f"{self.side} {self.at:%Y-%m-%d}"
