"""The timetable of a programme: slots, tables, interpreters, delegations and wishes."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from matchmaker.choices import Side
from matchmaker.models.programmes import Programme, ProgrammeApplication
from matchmaker.models.programmes.programme import ONGOING
from matchmaker.models.stateful import Actor, StatefulModel, checks, version_of
from matchmaker.models.transitions import Mover, Transition, codes_of, set_in, unset_in
from profiles.models import Place
from profiles.models.account import new_token
from profiles.models.profile import (
    ID_LENGTH,
    check_if_set,
    empty_dict,
    empty_list,
    new_public_id,
    person,
    taxonomy_fk,
)

MINUTES = (5, 120)  # of a slot
MOST_MEETINGS, MOST_WANTED, MOST_SLOTS = 30, 10, 200
MOST_AT_FIRST = 8  # meetings of a delegation that says nothing else


class MissionState(models.TextChoices):
    SETTING_UP = "setting_up", pgettext_lazy("mission", "Being set up")
    WISHES = "wishes", pgettext_lazy("mission", "Open for wishes")
    PLANNING = "planning", pgettext_lazy("mission", "Being planned")
    PUBLISHED = "published", pgettext_lazy("mission", "Schedule published")
    RUNNING = "running", pgettext_lazy("mission", "Under way")
    OVER = "over", pgettext_lazy("mission", "Over")


class MissionAct(models.TextChoices):
    SET_UP = "set_up", pgettext_lazy("mission", "Set up")
    OPEN_WISHES = "open_wishes", pgettext_lazy("mission", "Opened for wishes")
    CLOSE_WISHES = "close_wishes", pgettext_lazy("mission", "Wishes closed early")
    DEADLINE = "deadline", pgettext_lazy("mission", "Wishes closed")
    REOPEN = "reopen", pgettext_lazy("mission", "Opened for wishes again")
    PUBLISH = "publish", pgettext_lazy("mission", "Schedule published")
    BEGIN = "begin", pgettext_lazy("mission", "Began")
    END = "end", pgettext_lazy("mission", "Ended")


M, A, W = MissionState, MissionAct, Mover
NOT_OVER = (M.SETTING_UP, M.WISHES, M.PLANNING, M.PUBLISHED, M.RUNNING)
HAS_SCHEDULE = (M.PUBLISHED, M.RUNNING, M.OVER)
MISSION_LINES = (
    Transition(A.SET_UP, (), M.SETTING_UP, W.HOST),
    Transition(A.OPEN_WISHES, (M.SETTING_UP,), M.WISHES, W.HOST),
    Transition(A.CLOSE_WISHES, (M.WISHES,), M.PLANNING, W.HOST),
    Transition(A.DEADLINE, (M.WISHES,), M.PLANNING, W.TIME),
    Transition(A.REOPEN, (M.PLANNING,), M.WISHES, W.HOST),
    Transition(A.PUBLISH, (M.PLANNING,), M.PUBLISHED, W.HOST),
    Transition(A.BEGIN, (M.PUBLISHED,), M.RUNNING, W.TIME),
    Transition(A.END, NOT_OVER, M.OVER, W.TIME),
)

# What each state says of its moments. A mission ends with its programme, from any state.
MISSION_RULES = (
    ("known", Q(state__in=codes_of(M))),
    ("dated", set_in("wishes_until", (M.WISHES, M.PLANNING, M.PUBLISHED, M.RUNNING))),
    ("published", set_in("published_at", (M.PUBLISHED, M.RUNNING))),
    ("unpublished", unset_in("published_at", (M.SETTING_UP, M.WISHES, M.PLANNING))),
    ("ended", set_in("ended_at", (M.OVER,))),
    ("goes_on", unset_in("ended_at", NOT_OVER)),
)


class Mission(StatefulModel):
    """The timetable of one programme. `wanted`: meetings that everyone should have at least.

    `entered`: days and hours as the organiser entered them, from which the times are made.
    """

    transitions = {line.act: line for line in MISSION_LINES}
    step_model, step_fields = "MissionStep", ("mission",)

    programme = models.OneToOneField(Programme, models.CASCADE, related_name="mission")
    state = models.CharField(_("state"), max_length=10, choices=MissionState)
    slot_minutes = models.PositiveSmallIntegerField(
        _("minutes per meeting"),
        default=20,
        validators=[MinValueValidator(MINUTES[0]), MaxValueValidator(MINUTES[1])],
    )
    wanted = models.PositiveSmallIntegerField(
        _("minimum number of wanted meetings"),
        default=4,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_WANTED)],
    )
    entered = models.JSONField(_("days and hours as entered"), default=empty_dict, blank=True)
    # What a new delegation of a side begins with.
    most_startup = models.PositiveSmallIntegerField(
        _("maximum number of meetings of a startup"), default=MOST_AT_FIRST, db_default=MOST_AT_FIRST
    )
    most_investor = models.PositiveSmallIntegerField(
        _("maximum number of meetings of an investor or partner"),
        default=MOST_AT_FIRST,
        db_default=MOST_AT_FIRST,
    )
    wishes_until = models.DateTimeField(_("wishes close"), null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("set up"), default=timezone.now)
    published_at = models.DateTimeField(_("schedule published"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        verbose_name = _("mission")
        verbose_name_plural = _("missions")
        ordering = ["-at", "-pk"]
        constraints = [
            CheckConstraint(condition=Q(slot_minutes__range=MINUTES), name="mission_slot_minutes"),
            CheckConstraint(condition=Q(wanted__range=(1, MOST_WANTED)), name="mission_wanted"),
            *checks("mission", MISSION_RULES),
        ]
        indexes = [Index(fields=["state", "wishes_until"], name="mission_due")]

    def __str__(self) -> str:
        return f"{self.programme_id}: {self.state}"

    @property
    def version(self) -> str:
        return version_of("mission", self.pk, str(self.state), str(self.wishes_until))

    @property
    def is_scheduled(self) -> bool:
        return self.state in HAS_SCHEDULE and self.published_at is not None

    @property
    def goes_on(self) -> bool:
        """Tell whether anything of it can still be done: nothing can once the programme has ended."""
        return self.state != MissionState.OVER and self.programme.state in ONGOING

    def sides_of(self, actor: Actor) -> list[str]:
        return [W.HOST] if self.programme.is_organised_by(actor) else []


class BesideHost:
    """Of what the two sides act on, and the organiser on some of it."""

    def movers_of(self, side: str) -> set[str]:
        return {W.ANYONE, W.HOST if side == W.HOST else W.EITHER}


class Blocked(models.TextChoices):
    BREAK = "break", pgettext_lazy("slot", "Break")
    MEAL = "meal", pgettext_lazy("slot", "Meal")
    PRAYER = "prayer", pgettext_lazy("slot", "Prayer time")
    OTHER = "other", pgettext_lazy("slot", "Something else")


class MissionSlot(models.Model):
    mission = models.ForeignKey(Mission, models.CASCADE, related_name="slots")
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    blocked = models.CharField(_("kept free for"), max_length=6, choices=Blocked, blank=True)

    class Meta:
        verbose_name = _("time of a mission")
        verbose_name_plural = _("times of missions")
        ordering = ["starts_at", "pk"]
        constraints = [
            UniqueConstraint(fields=["mission", "starts_at"], name="missionslot_once"),
            CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="missionslot_order"),
            CheckConstraint(condition=Q(blocked__in=["", *Blocked.values]), name="missionslot_blocked"),
        ]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M}"


class MissionTable(models.Model):
    mission = models.ForeignKey(Mission, models.CASCADE, related_name="tables")
    name = models.CharField(_("name"), max_length=40)
    hall = models.CharField(_("hall"), max_length=60, blank=True)
    address = models.URLField(_("link of the online room"), max_length=300, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    # The planner leaves a reserved table alone; the organiser places meetings there by hand.
    reserved_for = models.CharField(_("reserved for"), max_length=60, blank=True, default="", db_default="")

    class Meta:
        verbose_name = _("table of a mission")
        verbose_name_plural = _("tables of missions")
        ordering = ["pk"]
        constraints = [UniqueConstraint(fields=["mission", "name"], name="missiontable_name")]

    def __str__(self) -> str:
        return self.name


class Interpreter(models.Model):
    """Someone who interprets between any two of these languages; without hours, all the time."""

    mission = models.ForeignKey(Mission, models.CASCADE, related_name="interpreters")
    name = models.CharField(_("name"), max_length=80)
    languages = models.JSONField(_("languages"), default=empty_list)
    starts_at = models.DateTimeField(_("from"), null=True, blank=True)
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("interpreter")
        verbose_name_plural = _("interpreters")
        ordering = ["pk"]
        constraints = [
            UniqueConstraint(fields=["mission", "name"], name="interpreter_name"),
            check_if_set("interpreter_hours", "starts_at", "ends_at", ends_at__gt=F("starts_at")),
        ]

    def __str__(self) -> str:
        return self.name


class Delegation(BesideHost, models.Model):
    """Who comes for an accepted application; a company may send two."""

    mission = models.ForeignKey(Mission, models.CASCADE, related_name="delegations")
    application = models.ForeignKey(ProgrammeApplication, models.CASCADE, related_name="delegations")
    public_id = models.CharField(max_length=ID_LENGTH, unique=True, default=new_public_id, editable=False)
    side = models.CharField(_("side"), max_length=8, choices=Side)
    name = models.CharField(_("name"), max_length=120)
    people = models.CharField(_("people in the delegation"), max_length=300, blank=True)
    languages = models.JSONField(_("languages"), default=empty_list, blank=True)
    arrives_at = models.DateTimeField(_("arrives"), null=True, blank=True)
    leaves_at = models.DateTimeField(_("leaves"), null=True, blank=True)
    is_online = models.BooleanField(_("takes part online"), default=False)
    most = models.PositiveSmallIntegerField(
        _("maximum number of meetings"),
        default=MOST_AT_FIRST,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_MEETINGS)],
    )
    place = taxonomy_fk(Place, _("where they stay"))
    at = models.DateTimeField(_("added"), default=timezone.now)
    prefilled_at = models.DateTimeField(_("wishes prefilled"), null=True, blank=True)
    reminders = models.PositiveSmallIntegerField(_("reminders"), default=0)
    checked_in_at = models.DateTimeField(_("checked in"), null=True, blank=True)
    missing_at = models.DateTimeField(_("does not come"), null=True, blank=True)
    # Part of what seals the addresses that work without signing in; a new one ends them all.
    token = models.CharField(max_length=40, unique=True, default=new_token, editable=False)

    class Meta:
        verbose_name = _("delegation")
        verbose_name_plural = _("delegations")
        ordering = ["side", "name", "pk"]
        constraints = [
            UniqueConstraint(fields=["application", "name"], name="delegation_name"),
            CheckConstraint(condition=Q(side__in=Side.values), name="delegation_side"),
            CheckConstraint(condition=Q(most__range=(1, MOST_MEETINGS)), name="delegation_most"),
            check_if_set("delegation_stay", "arrives_at", "leaves_at", leaves_at__gt=F("arrives_at")),
        ]
        indexes = [Index(fields=["mission", "side", "name"], name="delegation_list")]

    def __str__(self) -> str:
        return self.name

    def sides_of(self, actor: Actor) -> list[str]:
        own = [self.side] if self.application.is_of(actor) else []
        return own + self.mission.sides_of(actor)

    @property
    def called(self) -> str:
        company = self.application.company
        if company is None:
            return self.name
        for name in (company.name_en, company.name_zh, company.name_ur):
            if name and self.name.startswith(name):
                return f"{company.name}{self.name.removeprefix(name)}"
        return self.name


COMPANIES = ("application__startup", "application__investor")
COMPANIES_OF_BOTH = tuple(f"{side}__{each}" for side in ("startup", "investor") for each in COMPANIES)


class Wish(models.TextChoices):
    MUST = "must", pgettext_lazy("wish", "Must meet")
    WANT = "want", pgettext_lazy("wish", "Want to meet")
    NO = "no", pgettext_lazy("wish", "Do not meet")


class MissionWish(models.Model):
    giver = models.ForeignKey(Delegation, models.CASCADE, related_name="wishes")
    receiver = models.ForeignKey(Delegation, models.CASCADE, related_name="+")
    wish = models.CharField(_("wish"), max_length=4, choices=Wish)
    is_prefilled = models.BooleanField(_("from the match list"), default=False)
    by = person()
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("wish for a meeting")
        verbose_name_plural = _("wishes for meetings")
        ordering = ["at", "pk"]
        constraints = [
            UniqueConstraint(fields=["giver", "receiver"], name="missionwish_once"),
            CheckConstraint(condition=~Q(giver=F("receiver")), name="missionwish_of_another"),
            CheckConstraint(condition=Q(wish__in=Wish.values), name="missionwish_known"),
            CheckConstraint(
                condition=Q(is_prefilled=True, by__isnull=True) | Q(is_prefilled=False, by__isnull=False),
                name="missionwish_by_whom",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.giver_id}: {self.receiver_id}"
