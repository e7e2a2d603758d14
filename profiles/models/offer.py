"""What an investor or partner offers besides, or instead of, money."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from profiles.choices import DataHosting, Exclusivity, IpPolicy, Maturity
from profiles.models.column_kinds import share, some_of, unless_unset
from profiles.models.investor import Investor
from profiles.models.lasting import LastingRow
from profiles.models.place import Place
from profiles.models.profile import empty_list
from profiles.models.taxonomy import NeedType, PartnershipForm


class Offer(LastingRow):
    """One offer, of the same kinds as needs."""

    investor = models.ForeignKey(Investor, models.CASCADE, related_name="offers")
    type = models.ForeignKey(NeedType, models.PROTECT, related_name="+", verbose_name=_("kind"))
    description = models.CharField(_("in your words"), max_length=300, blank=True)
    maturity = models.CharField(_("maturity"), max_length=10, choices=Maturity, blank=True)
    ip_policy = models.CharField(_("intellectual property"), max_length=8, choices=IpPolicy, blank=True)
    forms = some_of(PartnershipForm, _("forms of partnership"))
    regions = some_of(Place, _("regions"))
    price = models.CharField(_("price"), max_length=80, blank=True)
    is_free = models.BooleanField(_("free for the startup"), null=True, blank=True)
    exclusivity = models.CharField(_("exclusivity asked"), max_length=8, choices=Exclusivity, blank=True)
    equity_ask_pct = share(_("equity asked, %"))
    data_hosting = models.CharField(_("data hosting"), max_length=16, choices=DataHosting, blank=True)
    data_access = models.CharField(_("data access asked"), max_length=200, blank=True)
    data_classes = models.JSONField(_("classes of data touched"), default=empty_list, blank=True)
    data_crosses_border = models.BooleanField(_("data crosses a border"), null=True, blank=True)
    data_exit = models.CharField(_("what happens to data at the end"), max_length=200, blank=True)
    capacity = models.CharField(_("how much"), max_length=60, blank=True)
    references = models.CharField(_("references"), max_length=200, blank=True)
    expires_on = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("offer")
        verbose_name_plural = _("offers")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["investor", "type"], name="offer_once"),
            unless_unset("offer_equity", "equity_ask_pct", equity_ask_pct__range=(0, 100)),
        ]

    def __str__(self) -> str:
        return str(self.type_id)
