"""An account: a person who signs in by email."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from profiles.choices import Role


class UserManager(BaseUserManager["User"]):
    """Makes accounts by email."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create and return an account; without a password nobody can sign in with one."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create and return an operator: no role in the market, every right in the admin."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, role="", **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A person. `role` says which side of the table; companies are joined through Membership."""

    email = models.EmailField(_("email address"), unique=True)
    full_name = models.CharField(_("full name"), max_length=120, blank=True)
    role = models.CharField(_("role"), max_length=16, choices=Role, blank=True)
    language = models.CharField(_("language"), max_length=10, default="en")
    time_zone = models.CharField(_("time zone"), max_length=40, blank=True)
    blind_first_look = models.BooleanField(
        _("blind first look"), default=False, help_text=_("Hide names and founders until I am interested.")
    )
    is_staff = models.BooleanField(_("may use the admin"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    is_demo = models.BooleanField(_("demo record"), default=False)
    date_joined = models.DateTimeField(_("joined"), default=timezone.now)

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
        """Return the full name, or the address while there is none."""
        return str(self)

    @property
    def is_curator(self) -> bool:
        """Whether this account curates."""
        return self.role == Role.CURATOR
