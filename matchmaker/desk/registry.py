"""The desk’s menu entries and queues, and what becomes of curator overrides."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from matchmaker.desk import kinds  # noqa: F401  registers itself
from matchmaker.models import Pin
from matchmaker.registry import DeskQueue, MenuEntry, register_menu_entry, register_queue
from profiles import erasure
from profiles.erasure import GOES, Decision

register_menu_entry(
    MenuEntry("desk", pgettext_lazy("menu", "Desk"), ("desk", "home", "attention"), position=0), "curator"
)
register_menu_entry(MenuEntry("reviews", _("Reviews"), ("review",), position=10), "curator")
register_menu_entry(MenuEntry("pairings", _("Pairings"), ("pairing", "pin"), position=20), "curator")
register_menu_entry(
    MenuEntry("taxonomy", _("Taxonomy"), ("taxonomy", "sector"), is_extra=True, position=30), "curator"
)
register_menu_entry(MenuEntry("audit", _("Audit"), ("audit",), is_extra=True, position=80), "curator")
register_queue(DeskQueue(_("Open pins"), "pairings", Pin.objects.filter(released_at=None).count, position=30))

erasure.register({"matchmaker.Pin": Decision(GOES, because="a curator's note, told to neither side")})
