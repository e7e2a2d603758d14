"""What operations add to the dashboard, and what becomes of their tables."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from matchmaker.registry import register_queue, waiting_in
from profiles.platform import erasure
from profiles.platform.erasure import ABOUT_NOBODY
from profiles.platform.notifications.selectors import parked_mails

register_queue(
    51, _("Failed emails"), "runs", lambda: waiting_in(parked_mails(), "parked_at"), target=timedelta(days=1)
)

erasure.register(
    {
        "matchmaker.Heartbeat": ABOUT_NOBODY,
        "profiles.FileStore": ABOUT_NOBODY,
        "matchmaker.Worker": ABOUT_NOBODY,
    }
)
