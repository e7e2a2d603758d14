"""What webhooks add: a menu entry, what they listen to, and what becomes of them."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from matchmaker.portal.webhooks import kinds, services  # noqa: F401  kinds registers itself
from matchmaker.registry import register_menu_entry
from profiles.models import User
from profiles.platform import erasure, merging
from profiles.platform.erasure import GOES, Decision
from profiles.signals import person_told, sign_in_changed

register_menu_entry("startup-account investor-account", 20, "webhooks", _("Webhooks"))
erasure.register(
    {
        # In the copy of its maker alone: of a company's people, only owners see an address.
        "matchmaker.Webhook": Decision(GOES, account="membership__user"),
        "matchmaker.WebhookDelivery": Decision(GOES, account="webhook__membership__user"),
    }
)
merging.register(
    {
        "matchmaker.Webhook": merging.follows("membership__{side}", is_watched=False),
        "matchmaker.WebhookDelivery": merging.follows("webhook__membership__{side}", is_watched=False),
    }
)


def tell_programs(*, user: Any, message: Any, **_kwargs: Any) -> None:
    """Tell a person's programs what the person is told."""
    services.tell_programs(user, message)


def switch_off(*, user: User, at: datetime, **_kwargs: Any) -> None:
    """Switch off a person's webhooks with the old way to sign in."""
    services.switch_off(user, at=at)


person_told.connect(tell_programs, dispatch_uid="tell_programs")
sign_in_changed.connect(switch_off, dispatch_uid="switch_off")
