"""The home pages' menu entries, and those of a company's own pages."""

from django.utils.translation import gettext_lazy as _

from matchmaker.registry import register_menu_entry

register_menu_entry("startup investor", 0, "home", _("Home"), covers=("home",))
register_menu_entry(
    "startup", 50, "startup_edit", _("My company"), covers=("startup", "row_", "evidence"), argument="basics"
)
register_menu_entry(
    "investor",
    50,
    "investor_edit",
    _("My company"),
    covers=("investor", "row_", "thesis", "offer", "deal", "evidence"),
)
register_menu_entry("startup investor", 60, "team", _("Team"), covers=("team",), is_extra=True)
