"""Runs of the planner, the meetings of a published schedule with what happens on the day, and the log."""

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from matchmaker.choices import RunState, Side
from matchmaker.models.introduction import Introduction
from matchmaker.models.missions.mission import (
    MISSION_LINES,
    BesideHost,
    Delegation,
    Interpreter,
    Mission,
    MissionAct,
    MissionSlot,
    MissionTable,
)
from matchmaker.models.run import Run
from matchmaker.models.stateful import Actor, StatefulModel, Step, checks, move_fields, version_of
from matchmaker.models.transitions import Mover, Transition, codes_of, set_in, step_rule, unset_in
from profiles.models.profile import ID_LENGTH, empty_dict, empty_list, new_public_id

MOST_LATE = 120  # minutes
TEXT = 1000  # characters of a note


class MissionPlan(Run):
    """One run of the planner.

    `placed`: [startup's delegation, investor's, slot, table, interpreter or None]. `short`: [delegation,
    meetings, reason] of delegations with fewer wanted meetings than the mission wants. `compared`: what the
    greedy plan reached, {"meetings", "with_wanted", "best"}, and "flow": how many could have enough at once
    if interpreters and hours set no limit. `possible`: the same with them.
    `mends`: it changes a published schedule on the day, with as few changes as it can.
    """

    mission = models.ForeignKey(Mission, models.CASCADE, related_name="plans")
    mends = models.BooleanField(_("changes a published schedule"), default=False)
    claim = models.UUIDField(null=True, editable=False)
    stop_at = models.DateTimeField(_("asked to stop"), null=True, blank=True)
    stage = models.CharField(_("stage"), max_length=20, blank=True)
    seconds = models.FloatField(_("seconds"), default=0)
    meetings = models.PositiveIntegerField(_("meetings"), default=0)
    with_wanted = models.PositiveIntegerField(_("with enough wanted meetings"), default=0)
    participants = models.PositiveIntegerField(_("participants"), default=0)
    possible = models.PositiveIntegerField(
        _("delegations for which enough meetings are possible"), null=True, blank=True
    )
    best = models.BigIntegerField(_("best so far"), default=0)
    bound = models.BigIntegerField(_("bound"), null=True, blank=True)
    gap = models.FloatField(_("gap"), null=True, blank=True)
    method = models.CharField(_("method"), max_length=10, blank=True)
    stopped = models.BooleanField(_("stopped early"), default=False)
    compared = models.JSONField(default=empty_dict, blank=True)
    placed = models.JSONField(default=empty_list, blank=True)
    short = models.JSONField(default=empty_list, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    published_at = models.DateTimeField(_("published"), null=True, blank=True)

    class Meta:
        verbose_name = _("plan of a mission")
        verbose_name_plural = _("plans of missions")
        ordering = ["-pk"]
        constraints = [
            UniqueConstraint(
                fields=["mission"],
                condition=Q(state__in=[str(RunState.WAITING), str(RunState.RUNNING)]),
                name="missionplan_one_at_work",
            )
        ]
        indexes = [Index(fields=["state", "asked_at"], name="missionplan_open")]


class MeetingState(models.TextChoices):
    PLANNED = "planned", pgettext_lazy("mission meeting", "Planned")
    CONFIRMED = "confirmed", pgettext_lazy("mission meeting", "Accepted by both")
    DECLINED = "declined", pgettext_lazy("mission meeting", "Declined")
    CANCELLED = "cancelled", pgettext_lazy("mission meeting", "Cancelled")
    HELD = "held", pgettext_lazy("mission meeting", "Took place")
    MISSED = "missed", pgettext_lazy("mission meeting", "Did not take place")


class MeetingAct(models.TextChoices):
    PLAN = "plan", pgettext_lazy("mission meeting", "Planned")
    ACCEPT = "accept", pgettext_lazy("mission meeting", "Accepted by one side")
    CONFIRM = "confirm", pgettext_lazy("mission meeting", "Accepted by the second side")
    DECLINE = "decline", pgettext_lazy("mission meeting", "Declined")
    CANCEL = "cancel", pgettext_lazy("mission meeting", "Cancelled")
    DROP = "drop", pgettext_lazy("mission meeting", "Cancelled by the organiser")
    LEAVE = "leave", pgettext_lazy("mission meeting", "Cancelled, because one side has left")
    MOVE = "move", pgettext_lazy("mission meeting", "Moved by the organiser")
    SWAP = "swap", pgettext_lazy("mission meeting", "Moved by both sides")
    HOLD = "hold", pgettext_lazy("mission meeting", "Took place")
    MISS = "miss", pgettext_lazy("mission meeting", "Did not take place")


S, D, W = MeetingState, MeetingAct, Mover
LIVE = (S.PLANNED, S.CONFIRMED)
OCCUPIES = (*LIVE, S.HELD)  # its slot, and its pair: two meet once
DONE = (S.DECLINED, S.CANCELLED, S.HELD, S.MISSED)
MEETING_LINES = (
    Transition(D.PLAN, (), S.PLANNED, W.HOST),
    Transition(D.ACCEPT, (S.PLANNED,), S.PLANNED, W.EITHER),
    Transition(D.CONFIRM, (S.PLANNED,), S.CONFIRMED, W.EITHER),
    Transition(D.DECLINE, (S.PLANNED,), S.DECLINED, W.EITHER),
    Transition(D.CANCEL, LIVE, S.CANCELLED, W.EITHER),
    Transition(D.DROP, LIVE, S.CANCELLED, W.HOST),
    Transition(D.LEAVE, LIVE, S.CANCELLED, W.TIME),
    Transition(D.MOVE, LIVE, S.PLANNED, W.HOST),
    Transition(D.SWAP, LIVE, S.CONFIRMED, W.EITHER),
    # What someone said first may have been a slip: it can be said the other way.
    Transition(D.HOLD, (*LIVE, S.MISSED), S.HELD, W.ANYONE),
    Transition(D.MISS, (*LIVE, S.HELD), S.MISSED, W.ANYONE),
)
NOBODY_ACCEPTED = Q(startup_accepted_at__isnull=True) | Q(investor_accepted_at__isnull=True)
MEETING_RULES = (
    ("known", Q(state__in=codes_of(S))),
    ("confirmed", set_in("startup_accepted_at", (S.CONFIRMED,))),
    ("confirmed_too", set_in("investor_accepted_at", (S.CONFIRMED,))),
    ("unconfirmed", ~Q(state=S.PLANNED) | NOBODY_ACCEPTED),
    ("ended", set_in("ended_at", DONE)),
    ("goes_on", unset_in("ended_at", LIVE)),
    ("was_somewhere", set_in("slot", (S.HELD, S.MISSED))),
    ("placed", Q(slot__isnull=True, table__isnull=True) | Q(slot__isnull=False, table__isnull=False)),
    (
        "asked",
        Q(asked_slot__isnull=True, asked_by="") | Q(asked_slot__isnull=False, asked_by__in=Side.values),
    ),
    ("late", Q(startup_late__lte=MOST_LATE, investor_late__lte=MOST_LATE)),
)


class MissionMeeting(BesideHost, StatefulModel):
    """A meeting of two delegations, one of each side, in a slot at a table.

    Without a slot it waits for one: moving two meetings into each other's slots takes both off first.
    `asked_slot`: where one side would rather have it. `startup_late`: minutes that this side says it is late.
    `pinned_at`: the organiser placed or cancelled it by hand, so the planner leaves it as it is.
    `introduction`: what it became. `key` and `sequence` name the calendar entry and its version.
    """

    transitions = {line.act: line for line in MEETING_LINES}
    step_model, step_fields = "MissionStep", ("mission", "meeting")

    mission = models.ForeignKey(Mission, models.CASCADE, related_name="meetings")
    key = models.CharField(max_length=ID_LENGTH, unique=True, default=new_public_id, editable=False)
    sequence = models.PositiveSmallIntegerField(_("version"), default=0)
    startup = models.ForeignKey(Delegation, models.CASCADE, related_name="+")
    investor = models.ForeignKey(Delegation, models.CASCADE, related_name="+")
    slot = models.ForeignKey(MissionSlot, models.RESTRICT, null=True, blank=True, related_name="meetings")
    table = models.ForeignKey(MissionTable, models.RESTRICT, null=True, blank=True, related_name="meetings")
    interpreter = models.ForeignKey(
        Interpreter, models.SET_NULL, null=True, blank=True, related_name="meetings"
    )
    state = models.CharField(_("state"), max_length=9, choices=MeetingState)
    startup_accepted_at = models.DateTimeField(_("accepted by the startup"), null=True, blank=True)
    investor_accepted_at = models.DateTimeField(_("accepted by the investor"), null=True, blank=True)
    startup_late = models.PositiveSmallIntegerField(_("minutes late, startup"), default=0)
    investor_late = models.PositiveSmallIntegerField(_("minutes late, investor"), default=0)
    asked_slot = models.ForeignKey(MissionSlot, models.RESTRICT, null=True, blank=True, related_name="+")
    asked_by = models.CharField(_("asked to move"), max_length=8, choices=Side, blank=True)
    introduction = models.ForeignKey(Introduction, models.SET_NULL, null=True, blank=True, related_name="+")
    pinned_at = models.DateTimeField(_("changed by hand"), null=True, blank=True)
    at = models.DateTimeField(_("planned"), default=timezone.now)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        verbose_name = _("meeting of a mission")
        verbose_name_plural = _("meetings of missions")
        ordering = ["slot__starts_at", "pk"]
        constraints = [
            *(
                UniqueConstraint(
                    fields=[who, "slot"],
                    condition=Q(state__in=codes_of(OCCUPIES)),
                    name=f"missionmeeting_one_{who}",
                )
                for who in ("startup", "investor", "table", "interpreter")
            ),
            UniqueConstraint(
                fields=["startup", "investor"],
                condition=Q(state__in=codes_of(OCCUPIES)),
                name="missionmeeting_once",
            ),
            *checks("missionmeeting", MEETING_RULES),
        ]
        indexes = [Index(fields=["mission", "state"], name="missionmeeting_board")]

    def __str__(self) -> str:
        return f"{self.startup_id}, {self.investor_id}: {self.state}"

    @property
    def version(self) -> str:
        place = (self.slot_id, self.table_id, self.asked_slot_id, self.asked_by)
        accepted = (bool(self.startup_accepted_at), bool(self.investor_accepted_at))
        return version_of("mission meeting", self.pk, str(self.state), place, accepted)

    def sides_of(self, actor: Actor) -> list[str]:
        sides = [side for side in Side.values if getattr(self, side).application.is_of(actor)]
        return sides + self.mission.sides_of(actor)


class AfterMeeting(models.TextChoices):
    GO_ON = "go_on", pgettext_lazy("after a meeting", "We want to continue")
    THANKS = "thanks", pgettext_lazy("after a meeting", "No further contact, thank you")
    ABSENT = "absent", pgettext_lazy("after a meeting", "The other side did not come")


class MissionNote(models.Model):
    meeting = models.ForeignKey(MissionMeeting, models.CASCADE, related_name="notes")
    delegation = models.ForeignKey(Delegation, models.CASCADE, related_name="notes")
    answer = models.CharField(
        _("what happens after the meeting"), max_length=6, choices=AfterMeeting, blank=True
    )
    text = models.CharField(_("note for your team"), max_length=TEXT, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("note about a meeting")
        verbose_name_plural = _("notes about meetings")
        ordering = ["at", "pk"]
        constraints = [UniqueConstraint(fields=["meeting", "delegation"], name="missionnote_once")]

    def __str__(self) -> str:
        return f"{self.meeting_id}: {self.delegation_id}"


STEP_IS_A_LINE = (Q(meeting__isnull=True) & step_rule(MISSION_LINES)) | (
    Q(meeting__isnull=False) & step_rule(MEETING_LINES)
)


class MissionStep(Step):
    mission = models.ForeignKey(Mission, models.CASCADE, related_name="steps")
    meeting = models.ForeignKey(MissionMeeting, models.CASCADE, null=True, blank=True, related_name="steps")
    act, source, target = move_fields([*MissionAct.choices, *MeetingAct.choices], 12, 10)
    side = models.CharField(_("side"), max_length=8, blank=True)

    class Meta(Step.Meta):
        verbose_name = _("step of a mission")
        verbose_name_plural = _("steps of missions")
        constraints = [CheckConstraint(condition=STEP_IS_A_LINE, name="missionstep_is_a_line")]
