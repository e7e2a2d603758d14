"""What a startup needs beyond, or besides, capital."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from profiles.choices import Currency, DataHosting, Delivery, Sensitivity, Urgency
from profiles.models.column_kinds import money, one_of, some_of, unless_unset
from profiles.models.lasting import LastingRow
from profiles.models.place import Place
from profiles.models.profile import empty_list
from profiles.models.startup import Startup
from profiles.models.taxonomy import NeedType, PartnershipForm


class Need(LastingRow):
    """One need of a startup."""

    startup = models.ForeignKey(Startup, models.CASCADE, related_name="needs")
    type = models.ForeignKey(NeedType, models.PROTECT, related_name="+", verbose_name=_("kind"))
    urgency = models.PositiveSmallIntegerField(_("urgency"), choices=Urgency, default=Urgency.SOON)
    description = models.CharField(_("in your words"), max_length=300, blank=True)
    quantity = models.CharField(_("how much"), max_length=60, blank=True, help_text=_("For example: 200 ha."))
    budget = money(_("budget"))
    budget_currency = models.CharField(_("currency"), max_length=3, choices=Currency, default=Currency.USD)
    forms = some_of(PartnershipForm, _("acceptable forms"))
    languages = models.JSONField(_("languages"), default=empty_list, blank=True)
    beneficiaries = models.CharField(_("who benefits"), max_length=120, blank=True)
    sensitivity = models.CharField(
        _("sensitivity of the data"), max_length=8, choices=Sensitivity, blank=True
    )
    data_classes = models.JSONField(_("classes of data touched"), default=empty_list, blank=True)
    data_hosting = models.CharField(_("data hosting"), max_length=16, choices=DataHosting, blank=True)
    data_crosses_border = models.BooleanField(_("data crosses a border"), null=True, blank=True)
    data_access = models.CharField(_("who has access to data"), max_length=200, blank=True)
    data_exit = models.CharField(_("what happens to data at the end"), max_length=200, blank=True)
    delivery = models.CharField(_("delivery"), max_length=8, choices=Delivery, blank=True)
    province = one_of(Place, _("where"))
    outcome = models.CharField(_("how success is measured"), max_length=200, blank=True)
    starts_on = models.DateField(_("from"), null=True, blank=True)
    expires_on = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("need")
        verbose_name_plural = _("needs")
        ordering = ["-urgency", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["startup", "type"], name="need_once"),
            unless_unset("need_budget", "budget", budget__gte=0),
            unless_unset("need_dates", "starts_on", "expires_on", expires_on__gte=models.F("starts_on")),
            models.CheckConstraint(condition=models.Q(urgency__in=Urgency.values), name="need_urgency"),
        ]

    def __str__(self) -> str:
        return str(self.type_id)
