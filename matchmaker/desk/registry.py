"""The desk's menu entries and queues, and what becomes of curator overrides."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from matchmaker.desk import kinds  # noqa: F401  registers itself
from matchmaker.models.pair_action import CuratorOverride
from matchmaker.registry import register_menu_entry, register_queue
from profiles import erasure
from profiles.claims.selectors import count_unclaimed
from profiles.curation.selectors.reviews import open_appeals
from profiles.erasure import GOES, Decision

register_menu_entry(
    "curator", 0, "desk", pgettext_lazy("menu", "Dashboard"), covers=("desk", "home", "attention")
)
register_menu_entry(
    "curator", 10, "reviews", _("Reviews"), covers=("review", "suspension", "appeals", "unclaimed", "claim")
)
register_menu_entry("curator", 20, "pairings", _("Pairings"), covers=("pairing", "pin"))
register_menu_entry("curator", 30, "taxonomy", _("Sectors"), covers=("taxonomy", "sector"), is_extra=True)
register_menu_entry("curator", 70, "desk_accounts", _("Accounts"), covers=("desk_account",), is_extra=True)
register_menu_entry("curator", 75, "imports", _("Imports"), covers=("imports", "import_run"), is_extra=True)
register_menu_entry("curator", 80, "audit", _("Audit log"), covers=("audit",), is_extra=True)
register_queue(40, _("Unclaimed companies"), "unclaimed", count_unclaimed)
register_queue(5, _("Appeals"), "appeals", lambda: open_appeals().count())
register_queue(
    30, _("Boosted or hidden pairings"), "pairings", CuratorOverride.objects.filter(released_at=None).count
)

erasure.register(
    {"matchmaker.CuratorOverride": Decision(GOES, because="a curator's note, told to neither side")}
)
