"""The desk's menu entries and queues, and what becomes of curator overrides."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from matchmaker.choices import OverrideKind
from matchmaker.desk import kinds  # noqa: F401  registers itself
from matchmaker.desk.services import release_second
from matchmaker.models.pair_action import CuratorOverride
from matchmaker.registry import register_menu_entry, register_queue
from profiles import erasure, merging
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
register_menu_entry("curator observer", 80, "audit", _("Audit log"), covers=("audit",), is_extra=True)
register_menu_entry(
    "curator operator", 90, "people", _("Who runs the site"), covers=("people", "person"), is_extra=True
)
register_queue(40, _("Unclaimed companies"), "unclaimed", count_unclaimed)
register_queue(5, _("Appeals"), "appeals", lambda: open_appeals().count())
register_queue(
    30, _("Boosted or hidden pairings"), "pairings", CuratorOverride.objects.filter(released_at=None).count
)

merging.register(
    {
        "matchmaker.CuratorOverride": merging.moves(
            once=("startup", "investor"),
            among=Q(released_at=None),
            first=lambda each: (each.kind != OverrideKind.HIDE, each.at),
            fold=release_second,
        )
    }
)

erasure.register(
    {"matchmaker.CuratorOverride": Decision(GOES, because="a curator's note, told to neither side")}
)
