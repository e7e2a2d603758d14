"""What two companies can see about each other at mutual interest, what not, and how to change that."""

from dataclasses import dataclass

from django.db import models
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from profiles.catalogue.consents.selectors import contact_fields
from profiles.catalogue.visibility.access import countries_of, preview, see
from profiles.catalogue.visibility.fields import CATALOGUE, Field, ordered
from profiles.catalogue.visibility.policy import audience_of, left_out
from profiles.catalogue.visibility.visible_profile import VisibleProfile
from profiles.choices import Audience, Side
from profiles.models import Investor, Startup

MUTUAL, NOBODY = Audience.MUTUAL, Audience.NOBODY


class ContactDisclosure(models.TextChoices):
    OPEN = "open", _("visible")
    NO_CONSENT = "no_consent", _("hidden: no consent to pass contacts across borders")
    AT_HOME = "at_home", _("hidden: no consent to send it to another country")
    HIDDEN = "hidden", _("hidden: the owner chose to show it to no one")
    EMPTY = "empty", _("not stated")


@dataclass(frozen=True)
class OpenedField:
    """A field at mutual interest. `url`: where the owner can change it; empty for the other side's fields."""

    name: str
    label: str
    disclosure: ContactDisclosure
    url: str = ""
    value: str = ""


class Opened(tuple[OpenedField, ...]):
    @property
    def visible(self) -> list[str]:
        return [field.label for field in self if field.disclosure == ContactDisclosure.OPEN]

    @property
    def closed(self) -> list[OpenedField]:
        return [field for field in self if field.disclosure != ContactDisclosure.OPEN]


def opened_fields(profile: Startup | Investor, other: Startup | Investor, *, is_own: bool) -> Opened:
    """Return what `other` can see of a company at mutual interest. `is_own`: whether its people read this."""
    side, countries = profile.side, countries_of(other)
    seen = see(profile, preview(side.other, mutual=frozenset({profile.pk}), countries=countries))
    crossing = contact_fields(profile)
    fields = []
    for field in ordered(CATALOGUE[side].values(), "shown"):
        audience = audience_of(profile, field.name)
        if audience not in (MUTUAL, NOBODY) or not field.group:
            continue
        disclosure = _disclosure(field, seen, audience, has_consent=field.name in crossing)
        label = capfirst(str(seen.labels[field.name]))
        url = where_to_change(side, field.step, disclosure) if is_own else ""
        if url and left_out(field, profile.withheld):
            url = reverse(f"{side}_consents")
        is_contact = field.crosses_border and disclosure == ContactDisclosure.OPEN
        value = seen.display[field.name] if is_contact else ""
        fields.append(OpenedField(field.name, label, disclosure, url, value))
    return Opened(fields)


def _disclosure(
    field: Field, seen: VisibleProfile, audience: Audience, *, has_consent: bool
) -> ContactDisclosure:
    if audience == NOBODY:
        return ContactDisclosure.HIDDEN
    if field.crosses_border and not has_consent:
        return ContactDisclosure.NO_CONSENT
    if seen.hides(field.name):
        return ContactDisclosure.AT_HOME
    return ContactDisclosure.OPEN if seen.display[field.name] else ContactDisclosure.EMPTY


def where_to_change(side: Side, step: str, disclosure: ContactDisclosure) -> str:
    if disclosure in (ContactDisclosure.HIDDEN, ContactDisclosure.NO_CONSENT):
        return reverse(f"{side}_consents")
    return reverse("investor_edit") if side == Side.INVESTOR else reverse("startup_edit", args=[step])
