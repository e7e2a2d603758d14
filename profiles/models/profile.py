"""Columns that many records have, rows that count for a time, and what startups and investors share."""

import hashlib
import secrets
from collections.abc import Callable, Collection, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Model, Q
from django.db.models.functions import Coalesce, Lower, NullIf
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from profiles.choices import Exclusivity, FeePolicy, Importance, StateOwned, Status
from profiles.validators import validate_wechat, validate_whatsapp

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise  # a name of django-stubs only

    from profiles.models import User

    Amount = models.DecimalField[float | str | Decimal | None, Decimal | None]  # set to, and read as

Kept = TypeVar("Kept", bound=models.Model)
PERCENT = (MinValueValidator(0), MaxValueValidator(100))


def in_language(record: Model, field: str) -> str:
    """Return the field in the active language; empty where the record does not have it."""
    language = (get_language() or "en")[:2]
    return str(getattr(record, f"{field}_{language}", ""))


def taxonomy_fk(
    table: type[Kept], label: "_StrPromise", on_delete: Callable[..., None] = models.PROTECT
) -> "models.ForeignKey[Kept | None, Kept | None]":
    return models.ForeignKey(table, on_delete, null=True, blank=True, related_name="+", verbose_name=label)


def taxonomy_m2m(table: type[Kept], label: "_StrPromise") -> "models.ManyToManyField[Kept, Any]":
    return models.ManyToManyField(table, blank=True, related_name="+", verbose_name=label)


def money(label: "_StrPromise") -> "Amount":
    return models.DecimalField(label, max_digits=16, decimal_places=2, null=True, blank=True)


def money_in_usd(label: "_StrPromise | None" = None) -> "Amount":
    return models.DecimalField(label, max_digits=16, decimal_places=2, null=True, editable=False)


def share(label: "_StrPromise") -> "Amount":
    """Return the column of a share in per cent that may be left out."""
    return models.DecimalField(
        label, max_digits=5, decimal_places=2, null=True, blank=True, validators=PERCENT
    )


def number(
    label: "_StrPromise", validators: Sequence[Callable[[Any], None]]
) -> "models.PositiveSmallIntegerField[int | None, int | None]":
    return models.PositiveSmallIntegerField(label, null=True, blank=True, validators=validators)


def person() -> "models.ForeignKey[User | None, User | None]":
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )


def importance(label: "_StrPromise") -> "models.CharField[str, str]":
    return models.CharField(label, max_length=4, choices=Importance, default=Importance.NICE)


def check_if_set(
    name: str, *columns: str, said: "_StrPromise | None" = None, **rule: Any
) -> models.CheckConstraint:
    condition = models.Q()
    for column in columns:
        condition |= models.Q(**{f"{column}__isnull": True})
    return models.CheckConstraint(
        condition=condition | models.Q(**rule), name=name, violation_error_message=said
    )


LAST_DAYS = ("expires_on", "active_to_on")
FIRST_DAYS = ("active_from_on",)
SWITCH = "is_active"


def temporal(kind: type[Model], on: date, path: str = "") -> Q:
    condition = Q(**{f"{path}{SWITCH}": True}) if SWITCH in temporal_fields(kind) else Q()
    for name in temporal_fields(kind, LAST_DAYS):
        condition &= Q(**{f"{path}{name}__isnull": True}) | Q(**{f"{path}{name}__gte": on})
    return condition


def active_on(kind: type[Model], on: date, path: str = "") -> Q:
    """Return which rows of a kind count on a day: those that last and have begun."""
    condition = temporal(kind, on, path)
    for name in temporal_fields(kind, FIRST_DAYS):
        condition &= Q(**{f"{path}{name}__isnull": True}) | Q(**{f"{path}{name}__lte": on})
    return condition


def temporal_fields(kind: type[Model], among: tuple[str, ...] = (SWITCH,)) -> list[str]:
    names = {field.name for field in kind._meta.fields}
    return [name for name in among if name in names]


class TemporalRows(models.QuerySet[Any]):
    def temporal(self, on: date) -> Self:
        return self.filter(temporal(self.model, on))

    def active_on(self, on: date) -> Self:
        return self.filter(active_on(self.model, on))


class ValidatedRow(models.Model):
    """A record whose validation can leave out what asks the database: foreign keys and constraints."""

    asks_database = True

    class Meta:
        abstract = True

    def clean_fields(self, exclude: Collection[str] | None = None) -> None:
        excluded = set(exclude or ())
        if not self.asks_database:
            excluded |= {field.name for field in self._meta.fields if field.many_to_one}
        super().clean_fields(excluded)

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        if self.asks_database:
            super().validate_constraints(exclude)


class TemporalRow(ValidatedRow):
    objects = TemporalRows.as_manager()

    class Meta:
        abstract = True

    @property
    def is_over(self) -> bool:
        days = (getattr(self, name) for name in temporal_fields(type(self), LAST_DAYS))
        return any(day is not None and day < timezone.localdate() for day in days)

    @property
    def is_to_come(self) -> bool:
        days = (getattr(self, name) for name in temporal_fields(type(self), FIRST_DAYS))
        return any(day is not None and day > timezone.localdate() for day in days)


# What a curator has read: approved, and nothing of it waits to be read again.
CHECKED = models.Q(status=Status.APPROVED) & (
    models.Q(submitted_at__isnull=True) | models.Q(reviewed_at__gte=models.F("submitted_at"))
)
# Approved, and its owner has changed something since that a curator reads.
EDITED = models.Q(status=Status.APPROVED, submitted_at__gt=models.F("reviewed_at"))
# Whether what it says is still true: who may be asked one day, and who was and has not answered.
TO_ASK = models.Q(status=Status.APPROVED, fresh_asked_at__isnull=True)
ASKED = models.Q(fresh_asked_at__isnull=False)
TAKES_PART = models.Q(status=Status.APPROVED, matching_consent=True)
LISTED = models.Q(stale_at__isnull=True, leaves_at__isnull=True)
HERE = models.Q(erased_at__isnull=True, staged_in__isnull=True)
IN_DIRECTORY = HERE & TAKES_PART & LISTED


def name_order(language: str) -> Lower:
    """Return what profiles are sorted by: the name that readers of a language see. Each has an index."""
    if language == "en":
        return Lower("name_en")
    return Lower(Coalesce(NullIf(f"name_{language}", models.Value("")), "name_en"))


# Crockford's base 32: no letter that reads like a digit. Twelve are 60 bits, so an id is also an int64.
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
ID_LENGTH = 12
MOST_INTRODUCTIONS = 1_000  # a month


def new_public_id() -> str:
    return "".join(secrets.choice(ALPHABET) for _letter in range(ID_LENGTH))


def public_id_of(side: str, slug: str) -> str:
    """Return the id of an invented company, the same wherever it is loaded."""
    digest = int.from_bytes(hashlib.sha256(f"{side}:{slug}".encode()).digest()[:8], "big")
    return "".join(ALPHABET[digest >> 5 * place & 31] for place in range(ID_LENGTH))


def id_number(public_id: str) -> int:
    number = 0
    for letter in public_id:
        number = number * 32 + ALPHABET.index(letter)
    return number + 1


def empty_list() -> list[str]:
    """Return a new empty list: the default of lists stored as JSON."""
    return []


def empty_dict() -> dict[str, str]:
    return {}


def empty_lists() -> dict[str, list[str]]:
    """Return a new empty dict of lists: the default of lists by name, stored as JSON."""
    return {}


class ProfileQuerySet(models.QuerySet[Any]):
    def published(self) -> Self:
        return self.filter(TAKES_PART & LISTED)

    def taking_part(self) -> Self:
        return self.filter(TAKES_PART)


OfProfiles = models.Manager.from_queryset(ProfileQuerySet)


class ProfileManager(OfProfiles[Any]):
    def get_queryset(self) -> ProfileQuerySet:
        return ProfileQuerySet(self.model, using=self._db).filter(staged_in=None, erased_at=None)


class Profile(ValidatedRow):
    public_id = models.CharField(max_length=ID_LENGTH, unique=True, default=new_public_id, editable=False)
    name_en = models.CharField(_("name in Latin letters"), max_length=120)
    name_zh = models.CharField(_("name in Chinese"), max_length=120, blank=True)
    name_ur = models.CharField(_("name in Urdu"), max_length=120, blank=True)
    name_key = models.CharField(max_length=800, blank=True, editable=False)
    pitch = models.CharField(_("pitch in one sentence"), max_length=140, blank=True)
    pitch_en = models.CharField(_("pitch in English"), max_length=140, blank=True)
    pitch_zh = models.CharField(_("pitch in Chinese"), max_length=140, blank=True)
    pitch_ur = models.CharField(_("pitch in Urdu"), max_length=140, blank=True)
    summary_en = models.TextField(_("summary in English"), max_length=500, blank=True)
    summary_zh = models.TextField(_("summary in Chinese"), max_length=500, blank=True)
    summary_ur = models.TextField(_("summary in Urdu"), max_length=500, blank=True)
    website = models.URLField(_("website"), blank=True)
    languages = models.JSONField(_("working languages"), default=empty_list, blank=True)
    contact_name = models.CharField(_("contact person"), max_length=120, blank=True)
    contact_email = models.EmailField(_("contact email"), blank=True)
    contact_whatsapp = models.CharField(
        _("WhatsApp number"),
        max_length=24,
        blank=True,
        validators=[validate_whatsapp],
        help_text=_("With the country code. For example: +92 300 1234567."),
    )
    contact_wechat = models.CharField(_("WeChat ID"), max_length=20, blank=True, validators=[validate_wechat])
    state_owned = models.CharField(_("state-owned"), max_length=8, choices=StateOwned, blank=True)
    beneficial_owner = models.CharField(_("beneficial owner"), max_length=160, blank=True)
    fee_policy = models.CharField(_("fees"), max_length=10, choices=FeePolicy, blank=True)
    fee_details = models.CharField(_("fees in detail"), max_length=200, blank=True)
    exclusivity_ask = models.CharField(
        _("asks for exclusivity"), max_length=8, choices=Exclusivity, blank=True
    )

    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.DRAFT)
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True)
    reviewed_at = models.DateTimeField(_("reviewed"), null=True, blank=True)
    # Where it sits, as a curator has read it: an edit of the place changes it with the next approval.
    approved_country = models.CharField(_("approved country"), max_length=2, blank=True, editable=False)
    confirmed_on = models.DateField(_("last confirmed on"), null=True, blank=True)
    # Asked whether it is still true, and off the lists because no one said so (profiles/curation/freshness).
    fresh_asked_at = models.DateTimeField(_("asked to confirm"), null=True, blank=True)
    stale_at = models.DateTimeField(_("hidden until confirmed, since"), null=True, blank=True)
    # Its owner has asked to delete it, on this day. Until then it is off the lists
    # (matchmaker/portal/own_data).
    leaves_at = models.DateTimeField(_("will be deleted on"), null=True, blank=True, editable=False)
    # Set in a row without a profile, at which the other sides' records of a deleted company point.
    erased_at = models.DateTimeField(_("deleted"), null=True, blank=True, editable=False)
    matching_consent = models.BooleanField(_("agreed to matching"), default=False)
    # What its consents by group leave out, so that no page asks for them: {group: [purposes]}.
    withheld = models.JSONField(_("excluded from consents"), default=empty_lists, blank=True, editable=False)
    # Fields that hold at once and say something else than when a curator last read them: what they said then.
    unread_changes = models.JSONField(
        _("changed since the last check"), default=empty_dict, blank=True, editable=False
    )
    visibility = models.JSONField(_("who can see what"), default=empty_dict, blank=True)
    # Proposals read from its description that its owner declined for good (companies/proposals.py).
    declined = models.JSONField(_("declined proposals"), default=empty_list, blank=True, editable=False)
    capacity = models.PositiveSmallIntegerField(
        _("new introductions per month"),
        default=5,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_INTRODUCTIONS)],
    )
    paused_at = models.DateTimeField(_("new requests paused since"), null=True, blank=True)
    # The key of its approved logo, here so that no list has to ask for it (profiles/companies/pictures).
    logo = models.CharField(_("logo"), max_length=16, blank=True, editable=False)
    is_demo = models.BooleanField(_("demo record"), default=False)
    # Imported, and no one has taken it over yet (profiles/companies/claims).
    is_unclaimed = models.BooleanField(_("not claimed yet"), default=False, editable=False)
    # The import that is still writing it; unset in the one transaction that publishes them all.
    staged_in = models.ForeignKey(
        "profiles.ImportRun",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        editable=False,
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = ProfileManager()
    everything = ProfileQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["name_en", "pk"]
        indexes = [
            # The directories in their order, and the curators' count.
            models.Index(name_order("en"), "id", name="%(class)s_by_name", condition=HERE),
            models.Index(name_order("ur"), "id", name="%(class)s_by_name_ur", condition=HERE),
            models.Index(name_order("zh"), "id", name="%(class)s_by_name_zh", condition=HERE),
            models.Index(fields=["status", "submitted_at"], name="%(class)s_queue"),
            models.Index(fields=["submitted_at"], name="%(class)s_edited", condition=EDITED),
            models.Index(fields=["changed_at"], name="%(class)s_changed"),
            models.Index(
                fields=["name_en"], name="%(class)s_unclaimed", condition=models.Q(is_unclaimed=True)
            ),
            models.Index(
                fields=["staged_in"], name="%(class)s_staged", condition=models.Q(staged_in__isnull=False)
            ),
            models.Index(
                fields=["leaves_at"], name="%(class)s_leaving", condition=models.Q(leaves_at__isnull=False)
            ),
            models.Index(fields=["confirmed_on"], name="%(class)s_confirmed", condition=TO_ASK),
            models.Index(fields=["fresh_asked_at"], name="%(class)s_asked_fresh", condition=ASKED),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(status__in=Status.values), name="%(class)s_status"),
            models.CheckConstraint(condition=~models.Q(name_en=""), name="%(class)s_named"),
            models.CheckConstraint(condition=models.Q(capacity__gte=1), name="%(class)s_capacity"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return in_language(self, "name") or self.name_en

    @property
    def summary(self) -> str:
        return in_language(self, "summary") or self.summary_en or self.summary_ur or self.summary_zh

    @property
    def is_published(self) -> bool:
        return self.takes_part and self.stale_at is None and self.leaves_at is None

    @property
    def is_checked(self) -> bool:
        waits = self.submitted_at and not (self.reviewed_at and self.reviewed_at >= self.submitted_at)
        return self.status == Status.APPROVED and not waits

    @property
    def takes_part(self) -> bool:
        return self.status == Status.APPROVED and self.matching_consent
