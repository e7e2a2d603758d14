"""Places as codes: country, province, city."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from profiles.choices import PlaceLevel
from profiles.models.taxonomy import Term


class Place(Term):
    """A country, a province or a city."""

    level = models.CharField(_("level"), max_length=10, choices=PlaceLevel)
    country_code = models.CharField(_("country"), max_length=2)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    aliases = models.TextField(_("other names"), blank=True)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)

    class Meta:
        verbose_name = _("place")
        verbose_name_plural = _("places")
        ordering = ["code"]
        indexes = [models.Index(fields=["country_code", "level"], name="place_country_level")]
