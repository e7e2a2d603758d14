"""The desk's menu entries and queues, and what becomes of curator overrides."""

from datetime import timedelta

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from matchmaker.choices import OverrideKind
from matchmaker.desk.today import (
    kinds,  # noqa: F401  registers itself
    services,
)
from matchmaker.desk.today.selectors import over_capacity
from matchmaker.desk.today.services import release_second
from matchmaker.registry import (
    MINUTE,
    QueueState,
    register_menu_entry,
    register_periodic_task,
    register_queue,
    waiting_in,
)
from profiles.companies.claims.selectors import unclaimed_since
from profiles.curation.reviews.selectors.queues import QUEUES, count
from profiles.curation.reviews.selectors.reviews import open_appeals
from profiles.platform import erasure, merging
from profiles.platform.erasure import GOES, Decision

register_menu_entry("curator", 0, "desk", _("Today"), covers=("desk", "home", "attention"))
register_menu_entry(
    "curator",
    10,
    "reviews",
    _("Reviews"),
    covers=("review", "canned", "suspension", "appeals", "unclaimed", "claim", "selection"),
)
register_menu_entry("curator", 20, "pairings", _("Pairs"), covers=("pairing", "pin"))
register_menu_entry("curator", 30, "taxonomy", _("Sectors"), covers=("taxonomy", "sector"), is_extra=True)
register_menu_entry("curator", 70, "desk_accounts", _("Accounts"), covers=("desk_account",), is_extra=True)
register_menu_entry("curator observer", 80, "audit", _("Audit log"), covers=("audit",), is_extra=True)
register_menu_entry(
    "curator operator", 90, "people", _("People who run the site"), covers=("people", "person"), is_extra=True
)


def register_profiles(position: int, name: str, days: int) -> None:
    register_queue(
        position,
        QUEUES[name].label,
        "reviews",
        lambda: QueueState(*count(name)),
        target=timedelta(days=days),
        query=f"queue={name}",
    )


register_profiles(1, "new", 3)
register_profiles(2, "edited", 3)
register_profiles(3, "resubmitted", 2)
register_profiles(45, "asked", settings.FRESH_ANSWER_DAYS)
register_profiles(46, "expired", 30)
register_queue(5, _("Appeals"), "appeals", lambda: waiting_in(open_appeals(), "at"), target=timedelta(days=3))
register_menu_entry("curator", 75, "imports", _("Imports"), covers=("imports", "import_run"), is_extra=True)
register_queue(
    40,
    _("Unclaimed companies"),
    "unclaimed",
    lambda: QueueState(*unclaimed_since()),
    target=timedelta(days=14),
)
register_queue(
    60,
    _("More requests than they can answer"),
    "attention",
    lambda: QueueState(len(over_capacity())),
    query="kind=crowded",
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
    {
        "matchmaker.CuratorOverride": Decision(
            GOES, because="a curator's note; a suggestion's is on both sides' pages"
        )
    }
)

register_periodic_task("expire_pins", services.expire, MINUTE)
register_periodic_task("tell_curators", services.notify_curators, MINUTE)
