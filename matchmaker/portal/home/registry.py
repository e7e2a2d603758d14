"""The menu entries of home, of a company's own pages and of a person's data."""

from django.utils.translation import gettext_lazy as _

from matchmaker.registry import register_menu_entry

HOME = _("Home")
register_menu_entry("startup investor", 0, "home", HOME, covers=("home",))
register_menu_entry("startup-alone investor-alone", 0, "home", HOME, covers=("home", "own_programmes"))
MY_COMPANY = _("My company")
OWN_PAGES = ("company", "row_", "evidence", "pictures", "picture_remove", "own_card", "receipts")
register_menu_entry("startup", 30, "startup_status", MY_COMPANY, covers=("startup", "still_true", *OWN_PAGES))
register_menu_entry(
    "investor",
    30,
    "investor_status",
    MY_COMPANY,
    covers=("investor", "thesis", "offer", "deal", "still_true", *OWN_PAGES),
)
ADD_COMPANY = _("Add your company")
register_menu_entry("startup-alone investor-alone", 30, "company_start", ADD_COMPANY, covers=("company",))
for side_status in ("startup_status", "investor_status"):
    register_menu_entry(side_status, 0, side_status, MY_COMPANY)
register_menu_entry("startup_status investor_status", 10, "evidence", _("Evidence"))
register_menu_entry("startup_status investor_status", 20, "pictures", _("Pictures"))
register_menu_entry("startup_status investor_status", 30, "own_card", _("Company card"))
register_menu_entry("startup investor", 60, "team", _("Team"), covers=("team",), is_extra=True)
register_menu_entry(
    "startup investor startup-alone investor-alone",
    70,
    "own_data",
    _("Data and privacy"),
    covers=("own_data", "account_delete", "company_delete"),
    is_extra=True,
)
