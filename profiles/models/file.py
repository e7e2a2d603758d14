"""Files that companies send. Nobody reads one before the worker has checked it and written it anew."""

import secrets
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from profiles.choices import FileFault, FileKind, FileState
from profiles.models.account import CompanyRow

RECEIVED, CHECKED = "received", "files"  # the two folders


def received_path(_file: Any, _name: str) -> str:
    """Return where a file is kept until it is checked: a name that nobody can guess and that says nothing."""
    return f"{RECEIVED}/{secrets.token_hex(20)}"


def checked_path(_file: Any, _name: str) -> str:
    """Return where a file is kept that is handed out."""
    return f"{CHECKED}/{secrets.token_hex(20)}"


class CheckedFile(CompanyRow):
    """A file that a company has sent.

    `received` are the bytes as they came, until the check; `content` is the file written anew, which alone is
    ever handed out. A worker that checks it holds it until `leased_until`. `size`: bytes of what is kept.
    """

    state = models.CharField(_("state"), max_length=8, choices=FileState, default=FileState.CHECKING)
    fault = models.CharField(_("reason"), max_length=8, choices=FileFault, blank=True)
    kind = models.CharField(_("kind of file"), max_length=4, choices=FileKind)
    name = models.CharField(_("file name"), max_length=120)
    size = models.PositiveIntegerField(_("size in bytes"))
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
        """Whether it may be handed out."""
        return self.state == FileState.READY


class FileStore(models.Model):
    """The mark of the one store that has this database's files: the store holds the same mark in a file."""

    mark = models.CharField(_("mark"), max_length=40, unique=True)

    class Meta:
        verbose_name = _("file store")
        verbose_name_plural = _("file stores")

    def __str__(self) -> str:
        return self.mark
