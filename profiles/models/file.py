"""Files and pictures that companies send. The worker checks and rewrites each before anyone reads it."""

import secrets
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from profiles.choices import FileFault, FileKind, FileState, PictureKind, PictureState
from profiles.models.account import CompanyRow, one_a_company
from profiles.models.leased_row import LeasedRow

RECEIVED, CHECKED = "received", "files"  # the two folders


def received_path(_file: Any, _name: str) -> str:
    return f"{RECEIVED}/{secrets.token_hex(20)}"


def checked_path(_file: Any, _name: str) -> str:
    return f"{CHECKED}/{secrets.token_hex(20)}"


class CheckedFile(CompanyRow, LeasedRow):
    """A file that a company has sent.

    `received` are the bytes as they came, until the check; `content` is the rewritten file, which alone is
    ever handed out. `size`: bytes of what is kept.
    """

    claim_fields = ("attempts",)

    state = models.CharField(_("state"), max_length=8, choices=FileState, default=FileState.CHECKING)
    fault = models.CharField(_("reason"), max_length=8, choices=FileFault, blank=True)
    kind = models.CharField(_("kind of file"), max_length=4, choices=FileKind)
    name = models.CharField(_("file name"), max_length=120)
    size = models.PositiveIntegerField(_("size in bytes"))
    # A picture that pages show is written again as WebP, and no larger than this.
    longest_edge = models.PositiveSmallIntegerField(_("longest edge"), null=True, blank=True, editable=False)
    received = models.FileField(upload_to=received_path, blank=True, editable=False)
    content = models.FileField(upload_to=checked_path, blank=True, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("received on"))
    checked_at = models.DateTimeField(_("checked"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    leased_until = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta(CompanyRow.Meta):
        verbose_name = _("file")
        verbose_name_plural = _("files")
        ordering = ["at", "pk"]
        constraints = [
            *CompanyRow.Meta.constraints,
            models.CheckConstraint(
                condition=(models.Q(state=FileState.CHECKING, content="", fault="") & ~models.Q(received=""))
                | (models.Q(state=FileState.READY, received="", fault="") & ~models.Q(content=""))
                | (models.Q(state=FileState.REFUSED, received="", content="") & ~models.Q(fault="")),
                name="checkedfile_state",
            ),
            models.CheckConstraint(
                condition=models.Q(state=FileState.CHECKING) ^ models.Q(checked_at__isnull=False),
                name="checkedfile_checked_at",
            ),
        ]
        indexes = [
            models.Index(fields=["at"], name="checkedfile_due", condition=models.Q(state=FileState.CHECKING))
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def is_ready(self) -> bool:
        return self.state == FileState.READY


class FileStore(models.Model):
    mark = models.CharField(_("mark"), max_length=40, unique=True)

    class Meta:
        verbose_name = _("file store")
        verbose_name_plural = _("file stores")

    def __str__(self) -> str:
        return self.mark


def new_key() -> str:
    return secrets.token_hex(8)


class Picture(CompanyRow):
    """A picture that a company has sent, which a curator has to approve before others see it."""

    key = models.CharField(max_length=16, unique=True, default=new_key, editable=False)
    kind = models.CharField(_("kind of picture"), max_length=8, choices=PictureKind)
    state = models.CharField(_("state"), max_length=8, choices=PictureState, default=PictureState.CHECKING)
    text = models.CharField(_("what it shows"), max_length=120, blank=True)
    file = models.OneToOneField(CheckedFile, models.CASCADE, related_name="picture")
    small = models.OneToOneField(CheckedFile, models.CASCADE, null=True, blank=True, related_name="+")
    width = models.PositiveSmallIntegerField(_("width"), default=0)
    height = models.PositiveSmallIntegerField(_("height"), default=0)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="pictures"
    )
    text_version = models.CharField(_("version of the text"), max_length=16, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("sent"))
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)

    class Meta(CompanyRow.Meta):
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        ordering = ["at", "pk"]
        constraints = [
            *CompanyRow.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(kind=PictureKind.PERSON) ^ models.Q(person__isnull=True),
                name="picture_person",
            ),
            *one_a_company("picture_logo", kind=PictureKind.LOGO, state=PictureState.SHOWN),
        ]
        indexes = [
            models.Index(
                fields=["at"], name="picture_waiting", condition=models.Q(state=PictureState.WAITING)
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
