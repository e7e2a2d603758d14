"""Pilots: one host, one place, a season or some months, a few seats, aims that can be counted."""

from datetime import date
from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from matchmaker.models.call import Call, one_each
from matchmaker.models.introduction import Introduction
from matchmaker.models.pair_action import CompanyRow
from matchmaker.models.stateful import Actor, StatefulModel, Step, checks, move_fields
from matchmaker.models.transitions import Mover, Transition, codes_of, lines_rule, set_in, unset_in
from profiles.choices import Role, Side
from profiles.models import Deal, NeedType, Place, Sector
from profiles.models.account import ONE_COMPANY
from profiles.models.profile import (
    check_if_set,
    empty_list,
    in_language,
    number,
    person,
    taxonomy_fk,
    taxonomy_m2m,
)


class Season(models.TextChoices):
    """The farming seasons in which a pilot runs; the texts of a corridor may name them otherwise."""

    KHARIF = "kharif", _("Kharif (summer)")
    RABI = "rabi", _("Rabi (winter)")
    BOTH = "both", _("Kharif and rabi")


class PilotState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("pilot", "Draft")
    SUBMITTED = "submitted", _("Waiting for a curator")
    OPEN = "open", pgettext_lazy("pilot", "Open for applications")
    RUNNING = "running", pgettext_lazy("pilot", "Running")
    FINISHED = "finished", pgettext_lazy("pilot", "Finished")
    CANCELLED = "cancelled", pgettext_lazy("pilot", "Cancelled")


class PilotAct(models.TextChoices):
    WRITE = "write", pgettext_lazy("pilot", "Drafted")
    SUBMIT = "submit", pgettext_lazy("pilot", "Submitted")
    APPROVE = "approve", pgettext_lazy("pilot", "Approved")
    SEND_BACK = "send_back", pgettext_lazy("pilot", "Returned for changes")
    CORRECT = "correct", pgettext_lazy("pilot", "Updated")
    REVISE = "revise", pgettext_lazy("pilot", "Submitted for review again, with a new text")
    START = "start", pgettext_lazy("pilot", "Started")
    FINISH = "finish", pgettext_lazy("pilot", "Finished, with results")
    CANCEL = "cancel", pgettext_lazy("pilot", "Cancelled")


class PilotApplicationState(models.TextChoices):
    APPLIED = "applied", pgettext_lazy("application", "Waiting for an answer")
    ACCEPTED = "accepted", pgettext_lazy("application", "Has a slot")
    DECLINED = "declined", pgettext_lazy("application", "Not this time")
    WITHDRAWN = "withdrawn", pgettext_lazy("application", "Withdrawn")


class PilotApplicationAct(models.TextChoices):
    APPLY = "apply", pgettext_lazy("application", "Applied")
    ACCEPT = "accept", pgettext_lazy("application", "Accepted")
    DECLINE = "decline", pgettext_lazy("application", "Declined")
    WITHDRAW = "withdraw", pgettext_lazy("application", "Withdrawn")
    END = "end", pgettext_lazy("application", "Ended by the host")


P, A, W = PilotState, PilotApplicationState, Mover
PILOT_LINES = (
    Transition(PilotAct.WRITE, (), P.DRAFT, W.HOST),
    Transition(PilotAct.SUBMIT, (P.DRAFT,), P.SUBMITTED, W.HOST),
    Transition(PilotAct.APPROVE, (P.SUBMITTED,), P.OPEN, W.CURATOR),
    Transition(PilotAct.SEND_BACK, (P.SUBMITTED,), P.DRAFT, W.CURATOR),
    Transition(PilotAct.CORRECT, (P.OPEN,), P.OPEN, W.HOST),
    Transition(PilotAct.REVISE, (P.OPEN,), P.SUBMITTED, W.HOST),
    Transition(PilotAct.START, (P.OPEN,), P.RUNNING, W.HOST),
    Transition(PilotAct.FINISH, (P.RUNNING,), P.FINISHED, W.HOST),
    Transition(PilotAct.CANCEL, (P.DRAFT, P.SUBMITTED, P.OPEN, P.RUNNING), P.CANCELLED, W.HOST),
)
APPLICATION_LINES = (
    Transition(PilotApplicationAct.APPLY, (), A.APPLIED, W.APPLICANT),
    Transition(PilotApplicationAct.ACCEPT, (A.APPLIED,), A.ACCEPTED, W.HOST),
    Transition(PilotApplicationAct.DECLINE, (A.APPLIED,), A.DECLINED, W.HOST),
    Transition(PilotApplicationAct.WITHDRAW, (A.APPLIED, A.ACCEPTED), A.WITHDRAWN, W.APPLICANT),
    Transition(PilotApplicationAct.END, (A.APPLIED, A.ACCEPTED), A.DECLINED, W.HOST),  # with a block
)
ON_BOARD = (P.OPEN, P.RUNNING, P.FINISHED)  # what everyone may read
ACTIVE_STATES = (A.APPLIED, A.ACCEPTED)  # one a company and pilot at most

ACTIVE = models.Q(state__in=codes_of(ACTIVE_STATES))
MOST_SLOTS, MOST_AIMS, WORDS = 50, 5, 500
# What each state says of its moments.
PILOT_RULES = (
    ("known", models.Q(state__in=codes_of(P))),
    ("submitted", set_in("submitted_at", (P.SUBMITTED, *ON_BOARD))),
    ("approved", set_in("approved_at", ON_BOARD)),
    ("unapproved", unset_in("approved_at", (P.DRAFT, P.SUBMITTED))),
    ("started", set_in("started_at", (P.RUNNING, P.FINISHED))),
    ("unstarted", unset_in("started_at", (P.DRAFT, P.SUBMITTED, P.OPEN))),
    ("ended", set_in("ended_at", (P.FINISHED, P.CANCELLED))),
    ("goes_on", unset_in("ended_at", (P.DRAFT, P.SUBMITTED, P.OPEN, P.RUNNING))),
    ("one_company", ONE_COMPANY),
    ("titled", ~models.Q(title_en="", title_ur="", title_zh="")),
    ("seats", models.Q(slots__range=(1, MOST_SLOTS))),
    ("season_has_a_year", models.Q(season="") | models.Q(year__isnull=False)),
)
APPLICATION_RULES = (
    ("known", models.Q(state__in=codes_of(A))),
    ("unanswered", unset_in("answered_at", (A.APPLIED,))),
    ("answered", set_in("answered_at", (A.ACCEPTED, A.DECLINED))),
    ("seated", set_in("slot", (A.ACCEPTED,))),
    ("unseated", unset_in("slot", (A.APPLIED, A.DECLINED, A.WITHDRAWN))),
    ("ended", set_in("ended_at", (A.DECLINED, A.WITHDRAWN))),
    ("goes_on", unset_in("ended_at", ACTIVE_STATES)),
    ("confirms_with_a_seat", unset_in("confirmed_at", (A.APPLIED, A.DECLINED))),
)


def pilot_step_rule() -> models.Q:
    of_pilot = models.Q(application__isnull=True) & lines_rule(PILOT_LINES)
    return of_pilot | models.Q(application__isnull=False) & lines_rule(APPLICATION_LINES)


LISTS = ("other_sectors", "needs", "offers")


class Pilot(CompanyRow, Call):
    """One pilot, from a draft to its results; `company` is the host."""

    transitions = {line.act: line for line in PILOT_LINES}
    step_model, step_fields = "PilotStep", ("pilot",)
    unread, lists = ("opened", "is_demo", "outcome"), LISTS

    state = models.CharField(_("state"), max_length=9, choices=PilotState, default=PilotState.DRAFT)
    title_en = models.CharField(_("title in English"), max_length=80, blank=True)
    title_ur = models.CharField(_("title in Urdu"), max_length=80, blank=True)
    title_zh = models.CharField(_("title in Chinese"), max_length=80, blank=True)
    summary_en = models.TextField(_("summary in English"), max_length=WORDS, blank=True)
    summary_ur = models.TextField(_("summary in Urdu"), max_length=WORDS, blank=True)
    summary_zh = models.TextField(_("summary in Chinese"), max_length=WORDS, blank=True)
    sector = models.ForeignKey(Sector, models.PROTECT, related_name="+", verbose_name=_("main sector"))
    other_sectors = taxonomy_m2m(Sector, _("other sectors"))
    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("location"))
    season = models.CharField(_("season"), max_length=6, choices=Season, blank=True)
    year = number(_("year in which it begins"), [MinValueValidator(2020), MaxValueValidator(2100)])
    starts_on = models.DateField(_("first day"), null=True, blank=True)
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    apply_by = models.DateField(_("apply by"), null=True, blank=True)
    size = models.CharField(_("size"), max_length=60, blank=True)
    slots = models.PositiveSmallIntegerField(
        _("slots"), default=1, validators=[MinValueValidator(1), MaxValueValidator(MOST_SLOTS)]
    )
    needs = taxonomy_m2m(NeedType, _("what the host needs"))
    offers = taxonomy_m2m(NeedType, _("what the host provides"))
    opened = models.JSONField(_("what everyone can see"), default=empty_list, blank=True)
    outcome = models.CharField(_("outcome"), max_length=300, blank=True)

    class Meta(Call.Meta):
        verbose_name = _("pilot")
        verbose_name_plural = _("pilots")
        constraints = [
            check_if_set("pilot_dates", "starts_on", "ends_on", ends_on__gte=models.F("starts_on")),
            *checks("pilot", PILOT_RULES),
        ]
        indexes = [
            models.Index(fields=["state", "-approved_at"], name="pilot_board"),
            models.Index(fields=["sector", "state"], name="pilot_sector"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def summary(self) -> str:
        return in_language(self, "summary") or self.summary_en or self.summary_ur or self.summary_zh

    def is_past_deadline(self, day: date) -> bool:
        return self.apply_by is not None and self.apply_by < day

    @property
    def parts_read(self) -> list[Any]:
        return [(aim.position, aim.measure, aim.success) for aim in self.aims.all()]

    def sides_of(self, actor: Actor) -> list[str]:
        if actor.is_of(self):
            return [self.side]
        if actor.is_curator:
            return [Role.CURATOR]
        return []

    def movers_of(self, side: str) -> set[str]:
        return {Mover.CURATOR if side == Role.CURATOR else Mover.HOST}


class PilotAim(models.Model):
    pilot = models.ForeignKey(Pilot, models.CASCADE, related_name="aims")
    position = models.PositiveSmallIntegerField(_("position"))
    measure = models.CharField(_("what is measured"), max_length=120)
    success = models.CharField(_("how success is judged"), max_length=120, blank=True)
    is_reached = models.BooleanField(_("reached"), null=True, blank=True)

    class Meta:
        verbose_name = _("aim of a pilot")
        verbose_name_plural = _("aims of pilots")
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["pilot", "position"], name="pilotaim_once")]

    def __str__(self) -> str:
        return self.measure


class PilotApplication(CompanyRow, StatefulModel):
    """A company asks for a seat. The words are for the two companies alone."""

    transitions = {line.act: line for line in APPLICATION_LINES}
    step_model, step_fields = "PilotStep", ("pilot", "application")

    pilot = models.ForeignKey(Pilot, models.CASCADE, related_name="applications")
    state = models.CharField(_("state"), max_length=9, choices=PilotApplicationState)
    words = models.CharField(_("why your company, in a few words"), max_length=WORDS)
    slot = models.PositiveSmallIntegerField(_("slot"), null=True, blank=True)
    slots = models.PositiveSmallIntegerField(_("slots of the pilot"))
    is_named = models.BooleanField(_("named on the public page"), default=False)
    deal = taxonomy_fk(Deal, _("deal that came from it"), models.SET_NULL)
    introduction = models.OneToOneField(
        Introduction, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("introduction")
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("applied"), default=timezone.now)
    answered_by = person()
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    confirmed_at = models.DateTimeField(_("results confirmed"), null=True, blank=True)

    class Meta:
        verbose_name = _("application for a pilot")
        verbose_name_plural = _("applications for pilots")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(condition=ONE_COMPANY, name="pilotapplication_one_company"),
            *one_each("pilotapplication", Side.values, "pilot", ACTIVE),
            models.UniqueConstraint(fields=["pilot", "slot"], name="pilotapplication_slot"),
            check_if_set(
                "pilotapplication_within_the_slots", "slot", slot__gte=1, slot__lte=models.F("slots")
            ),
            *checks("pilotapplication", APPLICATION_RULES),
        ]

    def __str__(self) -> str:
        return f"{self.pilot_id}: {self.state}"

    def sides_of(self, actor: Actor) -> list[str]:
        return [row.side for row in (self, self.pilot) if actor.is_of(row)]

    def movers_of(self, side: str) -> set[str]:
        return {Mover.APPLICANT if side == self.side else Mover.HOST}


class PilotInvitation(CompanyRow):
    pilot = models.ForeignKey(Pilot, models.CASCADE, related_name="invitations")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("invited"), default=timezone.now)

    class Meta:
        verbose_name = _("invitation to a pilot")
        verbose_name_plural = _("invitations to pilots")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(condition=ONE_COMPANY, name="pilotinvitation_one_company"),
            *one_each("pilotinvitation", Side.values, "pilot"),
        ]

    def __str__(self) -> str:
        return str(self.pilot_id)


class PilotStep(Step):
    """One transition of a pilot or an application.

    `corrected`: fields that the host changed on an open pilot.
    """

    pilot = models.ForeignKey(Pilot, models.CASCADE, related_name="steps")
    application = models.ForeignKey(PilotApplication, models.CASCADE, null=True, blank=True, related_name="+")
    corrected = models.JSONField(_("what was updated"), default=empty_list, blank=True)
    act, source, target = move_fields([*PilotAct.choices, *PilotApplicationAct.choices], 9, 9)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta(Step.Meta):
        verbose_name = _("step of a pilot")
        verbose_name_plural = _("steps of pilots")
        constraints = [models.CheckConstraint(condition=pilot_step_rule(), name="pilotstep_is_a_line")]
