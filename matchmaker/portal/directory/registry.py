"""The directory's menu entries, and what becomes of saved views."""

from django.utils.translation import gettext_lazy as _

from matchmaker.portal.directory import kinds  # noqa: F401  registers itself
from matchmaker.registry import register_menu_entry
from profiles.platform import erasure
from profiles.platform.erasure import GOES, Decision

register_menu_entry("startup investor", 38, "directory", _("Directory"), covers=("directory",), is_extra=True)
register_menu_entry(
    "curator", 15, "desk_directory", _("Directory"), covers=("desk_directory", "desk_profile", "saved_view")
)

erasure.register({"matchmaker.SavedView": Decision(GOES, account="user")})
