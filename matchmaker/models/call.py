"""What a pilot and a programme have in common: titles, data practices, moments, and who may belong to it."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from matchmaker.models.stateful import StatefulModel, version_of
from profiles.models import Investor, Startup
from profiles.models.profile import ID_LENGTH, empty_list, in_language, new_public_id

AT_MOST_ONE = models.Q(startup__isnull=True) | models.Q(investor__isnull=True)


def one_each(
    prefix: str, names: Iterable[str], beside: str, condition: models.Q | None = None
) -> list[models.UniqueConstraint]:
    """Allow one row for each of these columns together with `beside`."""
    return [
        models.UniqueConstraint(fields=[beside, name], condition=condition, name=f"{prefix}_one_{name}")
        for name in names
    ]


class OptionalCompany(models.Model):
    startup = models.ForeignKey(Startup, models.CASCADE, null=True, blank=True, related_name="+")
    investor = models.ForeignKey(Investor, models.CASCADE, null=True, blank=True, related_name="+")

    class Meta:
        abstract = True

    @property
    def company(self) -> Startup | Investor | None:
        return self.startup or self.investor


class Call(StatefulModel):
    """`unread`: fields that no reader decides about. `lists`: many-to-many fields."""

    unread: ClassVar[tuple[str, ...]]
    lists: ClassVar[tuple[str, ...]]
    title_en: Any
    title_ur: Any
    title_zh: Any

    public_id = models.CharField(max_length=ID_LENGTH, unique=True, default=new_public_id, editable=False)
    who_pays = models.CharField(_("who pays what"), max_length=300, blank=True)
    data_classes = models.JSONField(_("types of data handled"), default=empty_list, blank=True)
    data_location = models.CharField(_("where data is stored"), max_length=20, blank=True)
    data_crosses_border = models.BooleanField(_("data crosses a border"), null=True, blank=True)
    data_access = models.CharField(_("who has access to data"), max_length=200, blank=True)
    data_exit = models.CharField(_("what happens to data at the end"), max_length=200, blank=True)
    note = models.CharField(_("what a curator wrote"), max_length=500, blank=True)
    is_demo = models.BooleanField(_("demo record"), default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    written_at = models.DateTimeField(_("written"), default=timezone.now)
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True)
    approved_at = models.DateTimeField(_("approved"), null=True, blank=True)
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        abstract = True
        ordering = ["-approved_at", "-pk"]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return in_language(self, "title") or self.title_en or self.title_ur or self.title_zh

    @property
    def version(self) -> str:
        fields = (field for field in self._meta.concrete_fields if field.name not in self.unread)
        values = [str(getattr(self, field.attname)) for field in fields]
        terms = []
        for name in self.lists:
            rows = getattr(self, name).all()
            terms.append(sorted(row.pk for row in rows))
        return version_of(self._meta.model_name, values, terms, self.parts_read)

    @property
    def parts_read(self) -> list[Any]:
        """Return what a reader decides about besides the record's own fields."""
        return []
