"""The app's configuration."""

from importlib import import_module
from typing import Any

from anymail.signals import EventType, tracking
from django.apps import AppConfig
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

RETURNED = (EventType.BOUNCED, EventType.COMPLAINED)

# Each has a module `kinds`, which registers what it sends, records and limits.
CAPABILITIES = (
    "accounts",
    "companies",
    "consents",
    "curation",
    "files",
    "freshness",
    "imports",
    "notifications",
    "taxonomy",
    "visibility",
)


class ProfilesConfig(AppConfig):
    """Who they are."""

    name = "profiles"
    verbose_name = _("Companies and people")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the kinds of notices, actions and limits; listen for mails that came back (anymail)."""
        for capability in CAPABILITIES:
            import_module(f"profiles.{capability}.kinds")
        tracking.connect(stop_what_came_back, dispatch_uid="stop_what_came_back")


def stop_what_came_back(*, event: Any, **_kwargs: Any) -> None:
    """Send nothing more to an address that refuses mails for good, or whose owner called one spam."""
    # Not before the apps are loaded: the service brings models.
    from profiles.notifications import services as notifications

    if event.event_type in RETURNED and event.recipient:
        notifications.stop_address(event.recipient, reason=event.event_type, at=timezone.now())
