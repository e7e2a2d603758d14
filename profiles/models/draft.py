"""What someone typed into a form and has not saved yet, and how much of a limit is used up."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Value
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from profiles.models.profile import empty_dict


class FormDraftQuerySet(models.QuerySet["FormDraft"]):
    def unsaved(self) -> Self:
        return self.exclude(sent={})


class FormDraft(models.Model):
    """The newest state of one form as one account typed it; the record itself is not touched.

    A row stays after the form is saved, with nothing in `sent`. `saved_forms` then names the forms that were
    saved last, so that an autosave that arrives after the save is dropped.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="drafts")
    path = models.CharField(_("page"), max_length=200)
    sent = models.JSONField(default=empty_dict, editable=False)
    saved_forms = models.JSONField(
        default=list, db_default=Value([], output_field=models.JSONField()), editable=False
    )
    saved_at = models.DateTimeField(_("saved"), default=timezone.now)

    objects = FormDraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("form draft")
        verbose_name_plural = _("form drafts")
        ordering = ["-saved_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["user", "path"], name="draft_one_a_form")]
        indexes = [models.Index(fields=["saved_at"], name="draft_age")]

    def __str__(self) -> str:
        return self.path


class LimitBucket(models.Model):
    """One token bucket (profiles/platform/limits), stored as the moment when it is full again.

    `key` says what is counted.
    """

    key = models.CharField(
        _("what is counted, and for which account"), max_length=120, unique=True, editable=False
    )
    full_at = models.DateTimeField(_("full again"), db_index=True, editable=False)

    class Meta:
        verbose_name = _("used limit")
        verbose_name_plural = _("used limits")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.key
