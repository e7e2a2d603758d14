"""The home pages’ menu entries, and those of a company’s own pages."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from matchmaker.registry import MenuEntry, register_menu_entry

register_menu_entry(MenuEntry("home", _("Home"), ("home",), position=0), "startup", "investor")
register_menu_entry(
    MenuEntry(
        "startup_edit", _("My startup"), ("startup",), pgettext_lazy("menu", "Startup"), "basics", position=50
    ),
    "startup",
)
register_menu_entry(
    MenuEntry(
        "investor_edit",
        _("My profile"),
        ("investor", "thesis", "offer", "deal"),
        pgettext_lazy("menu", "Profile"),
        position=50,
    ),
    "investor",
)
register_menu_entry(
    MenuEntry("team", _("Team"), ("team",), is_extra=True, position=60), "startup", "investor"
)
