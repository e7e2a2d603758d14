"""Meetings: one side proposes times, the other takes one, and every step is kept."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from matchmaker.choices import Side
from matchmaker.models.introduction import Introduction
from matchmaker.models.meeting_table import (
    AGREED_STATES,
    LIVE,
    MEETING_LINE,
    MEETING_LINES,
    MEETING_RULES,
    MINUTES,
    MeetingAct,
    MeetingMover,
    MeetingState,
)
from matchmaker.models.transitions import step_rule
from profiles.models.profile import ID_LENGTH, check_if_set, new_public_id, person

ADDRESS_LENGTH = 200


class MeetingAnswer(models.TextChoices):
    """What a side says after a meeting's time: did it happen, and what now."""

    GO_ON = "go_on", _("It happened, and we continue")
    CLOSE = "close", _("It happened, and we close the introduction")
    MISSED = "missed", _("It did not happen")


class Meeting(models.Model):
    """One meeting of an introduction, from the first proposal to its end.

    `proposed_by` is whose proposal stands (or stood last). `call_address` is for the two teams alone, while
    the introduction is mutual. `key` and `sequence` name the calendar entry and its version.
    """

    transitions = MEETING_LINE

    introduction = models.ForeignKey(Introduction, models.CASCADE, related_name="meetings")
    key = models.CharField(max_length=ID_LENGTH, unique=True, default=new_public_id, editable=False)
    state = models.CharField(_("state"), max_length=9, choices=MeetingState)
    proposed_by = models.CharField(_("proposed by"), max_length=8, choices=Side)
    starts_at = models.DateTimeField(_("begins"), null=True, blank=True)
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)
    sequence = models.PositiveSmallIntegerField(_("version"), default=0)
    call_address = models.CharField(_("place or link"), max_length=ADDRESS_LENGTH, blank=True)
    remind_at = models.DateTimeField(_("next reminder"), null=True, blank=True)
    made_at = models.DateTimeField(_("first proposed"), default=timezone.now)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["introduction"],
                condition=models.Q(state__in=[str(state) for state in LIVE]),
                name="meeting_one_live",
            ),
            models.CheckConstraint(
                condition=models.Q(proposed_by__in=[str(side) for side in Side]), name="meeting_proposed_by"
            ),
            check_if_set("meeting_has_length", "ends_at", ends_at__gt=models.F("starts_at")),
            *(models.CheckConstraint(condition=rule, name=f"meeting_{name}") for name, rule in MEETING_RULES),
        ]
        indexes = [
            models.Index(
                fields=["ends_at"],
                name="meeting_ending",
                condition=models.Q(state__in=[str(state) for state in AGREED_STATES]),
            ),
            models.Index(
                fields=["remind_at"], name="meeting_reminding", condition=models.Q(remind_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.introduction_id}: {self.state}"

    def movers_of(self, side: str | None) -> set[MeetingMover]:
        """Return as whom a side may act; no side is time."""
        if side is None:
            return {MeetingMover.TIME}
        if side == self.proposed_by:
            return {MeetingMover.EITHER}
        return {MeetingMover.EITHER, MeetingMover.OTHER} if side in Side else set()

    def new_step(self, **fields: Any) -> "MeetingStep":
        """Return an unsaved row of the log."""
        return MeetingStep(meeting=self, **fields)


class MeetingSlot(models.Model):
    """One of the times that a standing proposal offers. The rows go when it is answered or replaced."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="slots")
    starts_at = models.DateTimeField(_("begins"))
    minutes = models.PositiveSmallIntegerField(_("minutes"), choices=[(each, each) for each in MINUTES])

    class Meta:
        verbose_name = _("proposed time")
        verbose_name_plural = _("proposed times")
        ordering = ["starts_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "starts_at"], name="meeting_slot_once"),
            models.CheckConstraint(condition=models.Q(minutes__in=MINUTES), name="meeting_slot_minutes"),
        ]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M}"

    @property
    def ends_at(self) -> datetime:
        """When it ends."""
        return self.starts_at + timedelta(minutes=self.minutes)


class MeetingStep(models.Model):
    """One move of a meeting: a line of the table, when and by whom. `side` is empty for time's own."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="steps")
    act = models.CharField(_("action"), max_length=7, choices=MeetingAct)
    source = models.CharField(pgettext_lazy("state", "from"), max_length=9, choices=MeetingState, blank=True)
    target = models.CharField(_("to"), max_length=9, choices=MeetingState)
    side = models.CharField(_("side"), max_length=8, choices=Side, blank=True)
    by = person()
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("step of a meeting")
        verbose_name_plural = _("steps of meetings")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(condition=step_rule(MEETING_LINES), name="meeting_step_is_a_line")
        ]

    def __str__(self) -> str:
        return f"{self.act} {self.at:%Y-%m-%d}"


class MeetingReply(models.Model):
    """What one side answered after the meeting's time. The other side and curators read it in sums only."""

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
            models.UniqueConstraint(fields=["meeting", "side"], name="meeting_reply_once"),
            models.CheckConstraint(
                condition=models.Q(answer__in=MeetingAnswer.values), name="meeting_reply_known"
            ),
            models.CheckConstraint(
                condition=models.Q(side__in=[str(side) for side in Side]), name="meeting_reply_side"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.side} {self.at:%Y-%m-%d}"
