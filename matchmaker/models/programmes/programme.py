"""Programmes of four kinds in one table, the applications for them, and the states of both."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from matchmaker.models.call import AT_MOST_ONE, Call, OptionalCompany, one_each
from matchmaker.models.outcome import OUTCOME_LINES, AskedForOutcomes, OutcomeAct
from matchmaker.models.programmes.outcome import ProgrammeOutcome
from matchmaker.models.stateful import Actor, StatefulModel, Step, checks, move_fields, version_of
from matchmaker.models.transitions import Mover, Transition, codes_of, lines_rule, set_in, unset_in
from profiles.models import PartnershipForm, Place, Sector, Stage
from profiles.models.account import new_token
from profiles.models.profile import (
    check_if_set,
    empty_dict,
    empty_list,
    in_language,
    taxonomy_fk,
    taxonomy_m2m,
)
from profiles.models.profile import person as person_key


class ProgrammeKind(models.TextChoices):
    HACKATHON = "hackathon", _("Co-hackathon")
    MISSION = "mission", _("Startup mission")
    RESEARCH = "research", _("University research call")
    BATCH = "batch", _("Accelerator batch")


class ApplicantKind(models.TextChoices):
    STARTUP = "startup", pgettext_lazy("applicants", "Startups")
    INVESTOR = "investor", pgettext_lazy("applicants", "Investors and partners")
    PERSON = "person", pgettext_lazy("applicants", "People")


class ProgrammeState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("programme", "Draft")
    REVIEW = "review", _("Waiting for a curator")
    OPEN = "open", pgettext_lazy("programme", "Open for applications")
    CLOSED = "closed", pgettext_lazy("programme", "Applications closed")
    RUNNING = "running", pgettext_lazy("programme", "Running")
    FINISHED = "finished", pgettext_lazy("programme", "Finished")
    CANCELLED = "cancelled", pgettext_lazy("programme", "Cancelled")


class ProgrammeAct(models.TextChoices):
    WRITE = "write", pgettext_lazy("programme", "Drafted")
    SUBMIT = "submit", pgettext_lazy("programme", "Submitted for review")
    APPROVE = "approve", pgettext_lazy("programme", "Approved")
    SEND_BACK = "send_back", pgettext_lazy("programme", "Returned for changes")
    CORRECT = "correct", pgettext_lazy("programme", "Dates or places changed")
    CLOSE = "close", pgettext_lazy("programme", "Applications closed early")
    DEADLINE = "deadline", pgettext_lazy("programme", "Applications closed")
    REOPEN = "reopen", pgettext_lazy("programme", "Opened for applications again")
    START = "start", pgettext_lazy("programme", "Started")
    FINISH = "finish", pgettext_lazy("programme", "Finished")
    RESUME = "resume", pgettext_lazy("programme", "End undone")
    CANCEL = "cancel", pgettext_lazy("programme", "Cancelled")


P, W = ProgrammeState, Mover
PROGRAMME_LINES = (
    Transition(ProgrammeAct.WRITE, (), P.DRAFT, W.HOST),
    Transition(ProgrammeAct.SUBMIT, (P.DRAFT,), P.REVIEW, W.HOST),
    Transition(ProgrammeAct.APPROVE, (P.REVIEW,), P.OPEN, W.CURATOR),
    Transition(ProgrammeAct.SEND_BACK, (P.REVIEW,), P.DRAFT, W.CURATOR),
    Transition(ProgrammeAct.CORRECT, (P.OPEN,), P.OPEN, W.HOST),
    Transition(ProgrammeAct.CLOSE, (P.OPEN,), P.CLOSED, W.HOST),
    Transition(ProgrammeAct.DEADLINE, (P.OPEN,), P.CLOSED, W.TIME),
    Transition(ProgrammeAct.REOPEN, (P.CLOSED,), P.OPEN, W.HOST),
    Transition(ProgrammeAct.START, (P.CLOSED,), P.RUNNING, W.HOST),
    Transition(ProgrammeAct.FINISH, (P.RUNNING,), P.FINISHED, W.HOST),
    Transition(ProgrammeAct.RESUME, (P.FINISHED,), P.RUNNING, W.HOST),
    Transition(ProgrammeAct.CANCEL, (P.DRAFT, P.REVIEW, P.OPEN, P.CLOSED, P.RUNNING), P.CANCELLED, W.HOST),
)
PUBLIC = (P.OPEN, P.CLOSED, P.RUNNING, P.FINISHED)  # what everyone may read
ONGOING = (P.OPEN, P.CLOSED, P.RUNNING)
OVER = (P.FINISHED, P.CANCELLED)
MOST_PLACES, MOST_QUESTIONS, MOST_CRITERIA, TITLE, TEXT = 500, 10, 6, 100, 2000
UNDATED = models.Q(apply_by__isnull=True) | models.Q(starts_at__isnull=True)
UNENDED = models.Q(starts_at__isnull=True) | models.Q(ends_at__isnull=True)

# What each state says of its moments.
PROGRAMME_RULES = (
    ("known", models.Q(state__in=codes_of(P))),
    ("submitted", set_in("submitted_at", (P.REVIEW, *PUBLIC))),
    ("approved", set_in("approved_at", PUBLIC)),
    ("unapproved", unset_in("approved_at", (P.DRAFT, P.REVIEW))),
    ("started", set_in("started_at", (P.RUNNING, P.FINISHED))),
    ("unstarted", unset_in("started_at", (P.DRAFT, P.REVIEW, P.OPEN, P.CLOSED))),
    ("ended", set_in("ended_at", (P.FINISHED, P.CANCELLED))),
    ("goes_on", unset_in("ended_at", (P.DRAFT, P.REVIEW, *ONGOING))),
    ("dated", set_in("apply_by", PUBLIC) & set_in("starts_at", PUBLIC) & set_in("ends_at", PUBLIC)),
    ("at_most_one_company", AT_MOST_ONE),
    ("titled", ~models.Q(title_en="", title_ur="", title_zh="")),
    ("has_places", models.Q(place_count__range=(1, MOST_PLACES))),
    ("closes_before_it_starts", UNDATED | models.Q(starts_at__gte=models.F("apply_by"))),
    ("starts_before_it_ends", UNENDED | models.Q(ends_at__gt=models.F("starts_at"))),
)
TEXTS = (*(f"{name}_{each}" for name in ("title", "text") for each in ("en", "ur", "zh")), "organisers")
CORRECTABLE_TEXTS = (
    *TEXTS,
    "venue",
    "who_pays",
)  # of an open programme, once a curator has read the new ones
RESUME_TIME = timedelta(days=1)  # in which the end of a programme can be undone, and its people are not told
# What the release before writes in columns that it does not know.
EMPTY_DICT = models.Value({}, output_field=models.JSONField())
EMPTY_LIST = models.Value([], output_field=models.JSONField())
LISTS = ("sectors", "stages", "places", "forms")  # who it is for; empty: everyone


class Programme(OptionalCompany, AskedForOutcomes, Call):
    """One programme, from a draft to its end. Without a company, the curators organise it."""

    transitions = {line.act: line for line in PROGRAMME_LINES}
    step_model, step_fields = "ProgrammeStep", ("programme",)
    unread, lists = ("is_demo", "criteria", "asked_rounds", "answered_rounds"), LISTS

    kind = models.CharField(_("kind"), max_length=9, choices=ProgrammeKind)
    state = models.CharField(_("state"), max_length=9, choices=ProgrammeState, default=ProgrammeState.DRAFT)
    title_en = models.CharField(_("title in English"), max_length=TITLE, blank=True)
    title_ur = models.CharField(_("title in Urdu"), max_length=TITLE, blank=True)
    title_zh = models.CharField(_("title in Chinese"), max_length=TITLE, blank=True)
    text_en = models.TextField(_("text in English"), max_length=TEXT, blank=True)
    text_ur = models.TextField(_("text in Urdu"), max_length=TEXT, blank=True)
    text_zh = models.TextField(_("text in Chinese"), max_length=TEXT, blank=True)
    organisers = models.CharField(_("organised together with"), max_length=300, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=40)
    apply_by = models.DateTimeField(_("applications close"), null=True, blank=True)
    starts_at = models.DateTimeField(_("starts"), null=True, blank=True)
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)
    place = taxonomy_fk(Place, _("location"))
    venue = models.CharField(_("venue"), max_length=200, blank=True)
    is_online = models.BooleanField(_("online"), default=False)
    languages = models.JSONField(_("working languages"), default=empty_list, blank=True)
    applicants = models.JSONField(_("who can apply"), default=empty_list, blank=True)
    sectors = taxonomy_m2m(Sector, _("sectors"))
    stages = taxonomy_m2m(Stage, _("stages"))
    places = taxonomy_m2m(Place, _("locations"))
    forms = taxonomy_m2m(PartnershipForm, _("partnership types"))
    place_count = models.PositiveSmallIntegerField(
        pgettext_lazy("programme", "places"),
        default=10,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_PLACES)],
    )
    # Of these, how many each kind of applicant has: {kind: number}. Empty: one number for all together.
    side_places = models.JSONField(
        _("places by kind of applicant"), default=empty_dict, db_default=EMPTY_DICT, blank=True
    )
    is_mixed = models.BooleanField(_("every team needs members from both sides of the border"), default=False)
    skills = models.JSONField(_("skills of people"), default=empty_list, blank=True)
    questions = models.JSONField(_("questions"), default=empty_list, blank=True)
    criteria = models.JSONField(_("criteria of the review"), default=empty_list, blank=True)
    # New texts of a programme that a curator has read: they wait while `corrected_at` is set.
    corrected = models.JSONField(_("new texts"), default=empty_dict, db_default=EMPTY_DICT, blank=True)
    corrected_at = models.DateTimeField(_("new texts submitted"), null=True, blank=True)
    corrected_by = person_key()
    text_changes = models.JSONField(_("earlier texts"), default=empty_list, db_default=EMPTY_LIST, blank=True)

    class Meta(Call.Meta):
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")
        constraints = [*checks("programme", PROGRAMME_RULES)]
        indexes = [models.Index(fields=["state", "apply_by"], name="programme_list")]

    @property
    def text(self) -> str:
        return in_language(self, "text") or self.text_en or self.text_ur or self.text_zh

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    def takes_applications(self, at: datetime) -> bool:
        return self.state == ProgrammeState.OPEN and self.apply_by is not None and at < self.apply_by

    def may_resume(self, at: datetime) -> bool:
        """Tell whether the end of the programme can still be undone."""
        if self.state != ProgrammeState.FINISHED or self.ended_at is None:
            return False
        return at < self.ended_at + RESUME_TIME

    @property
    def waitlists(self) -> list[str]:
        """Return a kind of applicant for each waitlist: there is one for all who share places."""
        return list(self.side_places) or self.applicants[:1]

    def places_for(self, kind: str) -> int:
        return int(self.side_places.get(kind, 0)) if self.side_places else self.place_count

    def is_led_by(self, actor: Actor) -> bool:
        return actor.is_of(self) if self.startup_id or self.investor_id else actor.is_curator

    def is_organised_by(self, actor: Actor) -> bool:
        if self.is_led_by(actor):
            return True
        if not (actor.startup_id or actor.investor_id or actor.is_curator):
            return False
        company_ids = {"startup": actor.startup_id, "investor": actor.investor_id}
        hosts = self.hosts.filter(accepted_at__isnull=False, **company_ids)
        return any(host.takes_part for host in hosts.select_related("startup", "investor"))

    def sides_of(self, actor: Actor) -> list[str]:
        curator: list[str] = [W.CURATOR] if actor.is_curator else []
        return [W.HOST, *curator] if self.is_led_by(actor) else curator


class ProgrammeApplicationState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("application", "Draft")
    SENT = "sent", pgettext_lazy("application", "Waiting for a decision")
    ACCEPTED = "accepted", pgettext_lazy("application", "Accepted")
    WAITLISTED = "waitlisted", pgettext_lazy("application", "On the waitlist")
    DECLINED = "declined", pgettext_lazy("application", "Declined")
    WITHDRAWN = "withdrawn", pgettext_lazy("application", "Withdrawn")
    LAPSED = "lapsed", pgettext_lazy("application", "Ended without a decision")


class ProgrammeApplicationAct(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("application", "Drafted")
    SEND = "send", pgettext_lazy("application", "Sent")
    CHANGE = "change", pgettext_lazy("application", "Changed")
    ACCEPT = "accept", pgettext_lazy("application", "Accepted")
    WAITLIST = "waitlist", pgettext_lazy("application", "Put on the waitlist")
    DECLINE = "decline", pgettext_lazy("application", "Declined")
    MOVE_UP = "move_up", pgettext_lazy("application", "Moved up from the waitlist")
    WITHDRAW = "withdraw", pgettext_lazy("application", "Withdrawn")
    LAPSE = "lapse", pgettext_lazy("application", "Ended without a decision")


A = ProgrammeApplicationState
APPLICATION_LINES = (
    Transition(ProgrammeApplicationAct.DRAFT, (), A.DRAFT, W.APPLICANT),
    Transition(ProgrammeApplicationAct.SEND, (A.DRAFT,), A.SENT, W.APPLICANT),
    Transition(ProgrammeApplicationAct.CHANGE, (A.SENT,), A.SENT, W.APPLICANT),
    Transition(ProgrammeApplicationAct.ACCEPT, (A.SENT, A.WAITLISTED), A.ACCEPTED, W.HOST),
    Transition(ProgrammeApplicationAct.WAITLIST, (A.SENT,), A.WAITLISTED, W.HOST),
    Transition(ProgrammeApplicationAct.DECLINE, (A.SENT, A.WAITLISTED), A.DECLINED, W.HOST),
    Transition(ProgrammeApplicationAct.MOVE_UP, (A.WAITLISTED,), A.ACCEPTED, W.TIME),
    Transition(
        ProgrammeApplicationAct.WITHDRAW, (A.SENT, A.ACCEPTED, A.WAITLISTED), A.WITHDRAWN, W.APPLICANT
    ),
    Transition(ProgrammeApplicationAct.LAPSE, (A.DRAFT, A.SENT, A.WAITLISTED), A.LAPSED, W.TIME),
)
ACTIVE_STATES = (A.DRAFT, A.SENT, A.ACCEPTED, A.WAITLISTED)  # one an applicant and programme at most
ACTIVE = models.Q(state__in=codes_of(ACTIVE_STATES))
SENT_STATES = (A.SENT, A.ACCEPTED, A.WAITLISTED, A.DECLINED)  # what the organiser reads of

APPLICATION_RULES = (
    ("known", models.Q(state__in=codes_of(A))),
    ("sent", set_in("sent_at", SENT_STATES)),
    ("unsent", unset_in("sent_at", (A.DRAFT,))),
    ("undecided", unset_in("decided_at", (A.DRAFT, A.SENT))),
    ("decided", set_in("decided_at", (A.ACCEPTED, A.WAITLISTED, A.DECLINED))),
    ("has_a_place", set_in("place_number", (A.ACCEPTED,))),
    ("has_no_place", unset_in("place_number", [each for each in A if each != A.ACCEPTED])),
    ("says_why", ~models.Q(state=A.DECLINED) | ~models.Q(reason="")),
)
ONE_APPLICANT = (
    models.Q(startup__isnull=False, investor__isnull=True, person__isnull=True)
    | models.Q(startup__isnull=True, investor__isnull=False, person__isnull=True)
    | models.Q(startup__isnull=True, investor__isnull=True, person__isnull=False)
)
ANSWER, REASON = 1000, 500  # characters


class ProgrammeApplication(OptionalCompany, AskedForOutcomes, StatefulModel):
    """A company or a person asks to take part. `answers`: in the order of the programme's questions."""

    transitions = {line.act: line for line in APPLICATION_LINES}
    step_model, step_fields = "ProgrammeStep", ("programme", "application")

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="applications")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+"
    )
    state = models.CharField(_("state"), max_length=10, choices=ProgrammeApplicationState)
    answers = models.JSONField(_("answers"), default=empty_list, blank=True)
    # By which the place was taken without a decision. A place that is given up is free again.
    invitation = models.ForeignKey(
        "ProgrammeInvitation", models.SET_NULL, null=True, blank=True, related_name="taken_by"
    )
    place_number = models.PositiveSmallIntegerField(
        pgettext_lazy("programme", "place"), null=True, blank=True
    )
    place_count = models.PositiveSmallIntegerField(_("places of the programme"))
    reason = models.CharField(_("reason"), max_length=REASON, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("drafted"), default=timezone.now)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    decided_by = person_key()
    # In the address of the agenda for calendars.
    token = models.CharField(max_length=40, unique=True, default=new_token, editable=False)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        verbose_name = _("application for a programme")
        verbose_name_plural = _("applications for programmes")
        ordering = ["sent_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=ONE_APPLICANT, name="programmeapplication_one_applicant"),
            *one_each("programmeapplication", ApplicantKind.values, "programme", ACTIVE),
            models.UniqueConstraint(fields=["programme", "place_number"], name="programmeapplication_place"),
            check_if_set(
                "programmeapplication_within_the_places",
                "place_number",
                place_number__gte=1,
                place_number__lte=models.F("place_count"),
            ),
            *checks("programmeapplication", APPLICATION_RULES),
        ]
        indexes = [models.Index(fields=["programme", "state", "sent_at"], name="programmeapplication_list")]

    def __str__(self) -> str:
        return f"{self.programme_id}: {self.state}"

    @property
    def kind(self) -> ApplicantKind:
        return next(ApplicantKind(name) for name in ApplicantKind.values if getattr(self, f"{name}_id"))

    @property
    def name(self) -> str:
        return self.company.name if self.company else str(self.person)

    @property
    def version(self) -> str:
        return version_of("programme application", self.pk, str(self.state), self.answers)

    def is_of(self, actor: Actor) -> bool:
        return self.person_id == actor.pk or actor.is_of(self)

    def sides_of(self, actor: Actor) -> list[str]:
        applicant: list[str] = [W.APPLICANT] if self.is_of(actor) else []
        return [*applicant, W.HOST] if self.programme.is_organised_by(actor) else applicant


def step_rule() -> models.Q:
    of_programme = models.Q(application__isnull=True, outcome__isnull=True) & lines_rule(PROGRAMME_LINES)
    of_application = models.Q(application__isnull=False, outcome__isnull=True)
    of_outcome = models.Q(application__isnull=True, outcome__isnull=False) & lines_rule(OUTCOME_LINES)
    return of_programme | of_application & lines_rule(APPLICATION_LINES) | of_outcome


class ProgrammeStep(Step):
    programme = models.ForeignKey(Programme, models.CASCADE, related_name="steps")
    application = models.ForeignKey(
        ProgrammeApplication, models.CASCADE, null=True, blank=True, related_name="steps"
    )
    outcome = models.ForeignKey(ProgrammeOutcome, models.CASCADE, null=True, blank=True, related_name="steps")
    act, source, target = move_fields(
        [*ProgrammeAct.choices, *ProgrammeApplicationAct.choices, *OutcomeAct.choices], 9, 10
    )

    class Meta(Step.Meta):
        verbose_name = _("step of a programme")
        verbose_name_plural = _("steps of programmes")
        constraints = [models.CheckConstraint(condition=step_rule(), name="programmestep_is_a_line")]
