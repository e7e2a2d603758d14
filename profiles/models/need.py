"""What a startup needs beyond, or besides, capital."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from profiles.choices import Delivery, Urgency
from profiles.models.place import Place
from profiles.models.startup import Startup
from profiles.models.taxonomy import NeedType


class Need(models.Model):
    """One need of a startup."""

    startup = models.ForeignKey(Startup, models.CASCADE, related_name="needs")
    type = models.ForeignKey(NeedType, models.PROTECT, related_name="+", verbose_name=_("kind"))
    urgency = models.PositiveSmallIntegerField(_("urgency"), choices=Urgency, default=Urgency.SOON)
    description = models.CharField(_("in your words"), max_length=300, blank=True)
    quantity = models.CharField(_("how much"), max_length=60, blank=True, help_text=_("For example: 200 ha."))
    delivery = models.CharField(_("delivery"), max_length=8, choices=Delivery, blank=True)
    province = models.ForeignKey(
        Place, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("where")
    )
    outcome = models.CharField(_("how success is measured"), max_length=200, blank=True)
    expires_on = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("need")
        verbose_name_plural = _("needs")
        ordering = ["-urgency", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["startup", "type"], name="need_once"),
            models.CheckConstraint(condition=models.Q(urgency__in=Urgency.values), name="need_urgency"),
        ]

    def __str__(self) -> str:
        return str(self.type_id)
