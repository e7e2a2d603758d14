"""Accounts, and who belongs to which company."""

import secrets
from collections.abc import Iterator
from typing import Any, ClassVar

from django.apps import apps
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models, transaction
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from profiles.choices import Role, Side
from profiles.models.investor import Investor
from profiles.models.startup import Startup


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create and return an account; without a password no one can sign in with one."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create and return an operator: no role in the market, every right in the admin."""
        with transaction.atomic(using=self._db):
            user = self.create_user(email, password, is_staff=True, is_superuser=True, role="", **fields)
            addresses = apps.get_model("account", "EmailAddress").objects
            addresses.create(user=user, email=user.email, verified=True, primary=True)
        return user


class User(AbstractBaseUser, PermissionsMixin):
    email = models.EmailField(_("email address"), unique=True)
    full_name = models.CharField(_("full name"), max_length=120, blank=True)
    job_title = models.CharField(_("your role in the company"), max_length=80, blank=True)
    role = models.CharField(_("role"), max_length=16, choices=Role, blank=True)
    joined_alone = models.BooleanField(_("joined without a company"), default=False, db_default=False)
    language = models.CharField(_("language"), max_length=10, default="en")
    time_zone = models.CharField(_("time zone"), max_length=40, blank=True)
    blind_first_look = models.BooleanField(
        _("blind first look"), default=False, help_text=_("Hide names and founders until I am interested.")
    )
    is_staff = models.BooleanField(_("may use the admin"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    is_demo = models.BooleanField(_("demo record"), default=False)
    date_joined = models.DateTimeField(_("joined"), default=timezone.now)
    sessions_ended = models.PositiveIntegerField(_("times signed out everywhere"), default=0, editable=False)

    is_viewed = False  # a curator looks at the site as this person (profiles/people/view_as): no column

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_ci")]

    def __str__(self) -> str:
        return self.full_name or self.email

    def get_full_name(self) -> str:
        return str(self)

    def get_session_auth_hash(self) -> str:
        return f"{super().get_session_auth_hash()}{self.sessions_ended}"

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        """Return the same as by the keys before, so that a new SECRET_KEY ends no session."""
        return (f"{each}{self.sessions_ended}" for each in super().get_session_auth_fallback_hash())

    @property
    def is_curator(self) -> bool:
        return self.role == Role.CURATOR

    @property
    def works_here(self) -> bool:
        return self.is_superuser or self.role in (Role.CURATOR, Role.OBSERVER)


ONE_COMPANY = models.Q(startup__isnull=False, investor__isnull=True) | models.Q(
    startup__isnull=True, investor__isnull=False
)


def new_token() -> str:
    return secrets.token_urlsafe(24)


def one_a_company(name: str, *fields: str, **condition: Any) -> list[models.UniqueConstraint]:
    """Return constraints: of the rows with this condition, a company has one (for each value of `fields`)."""
    return [
        models.UniqueConstraint(
            fields=[side, *fields],
            condition=models.Q(**{f"{side}__isnull": False}, **condition),
            name=f"{name}_{side}",
        )
        for side in ("startup", "investor")
    ]


class CompanyRow(models.Model):
    startup = models.ForeignKey(Startup, models.CASCADE, null=True, blank=True, related_name="%(class)ss")
    investor = models.ForeignKey(Investor, models.CASCADE, null=True, blank=True, related_name="%(class)ss")

    class Meta:
        abstract = True
        constraints = [models.CheckConstraint(condition=ONE_COMPANY, name="%(class)s_one_company")]

    def __str__(self) -> str:
        return str(self.company)

    @property
    def side(self) -> Side:
        return Side.STARTUP if self.startup_id else Side.INVESTOR

    @property
    def company(self) -> Startup | Investor:
        company = self.startup or self.investor
        assert company is not None  # noqa: S101  constraint *_one_company
        return company


class Membership(CompanyRow):
    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="membership")
    is_owner = models.BooleanField(_("owner"), default=False)
    joined_at = models.DateTimeField(_("joined"), default=timezone.now)

    class Meta(CompanyRow.Meta):
        verbose_name = _("member")
        verbose_name_plural = _("members")
        ordering = ["joined_at", "pk"]

    def __str__(self) -> str:
        return str(self.user_id)


class FormerMember(CompanyRow):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="former_members")
    left_at = models.DateTimeField(_("left"), default=timezone.now)

    class Meta(CompanyRow.Meta):
        verbose_name = _("former member")
        verbose_name_plural = _("former members")
        ordering = ["left_at", "pk"]

    def __str__(self) -> str:
        return str(self.user_id)


class Claim(CompanyRow):
    """Someone may take over a company that was imported and has no people yet; one open claim a company."""

    email = models.EmailField(_("email address"))
    token = models.CharField(max_length=40, unique=True, default=new_token, editable=False)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    reminded_at = models.DateTimeField(_("reminded"), null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)

    class Meta(CompanyRow.Meta):
        verbose_name = _("claim")
        verbose_name_plural = _("claims")
        ordering = ["created_at", "pk"]
        constraints = [*CompanyRow.Meta.constraints, *one_a_company("claim_once")]


class Invitation(CompanyRow):
    email = models.EmailField(_("email address"))
    token = models.CharField(max_length=40, unique=True, default=new_token, editable=False)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)

    class Meta(CompanyRow.Meta):
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-created_at", "pk"]

    def __str__(self) -> str:
        return self.email
