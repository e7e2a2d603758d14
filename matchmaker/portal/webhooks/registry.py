"""What webhooks add: a menu entry, what they listen to, and what becomes of them."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from matchmaker import registry
from matchmaker.integrations.webhook_sender import is_on
from matchmaker.portal.webhooks import admin, kinds, services  # noqa: F401  two register themselves
from profiles.models import User
from profiles.platform import erasure, merging
from profiles.platform.erasure import GOES, Decision
from profiles.signals import person_told, sign_in_changed

QUEUE = "webhooks"  # it waits for the servers of members, and nothing else waits for these
registry.register_menu_entry(
    "startup-developer investor-developer", 20, "webhooks", _("Webhooks"), is_shown=is_on
)
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


def notify_programs(*, user: Any, message: Any, **_kwargs: Any) -> None:
    services.notify_programs(user, message)


def switch_off(*, user: User, at: datetime, **_kwargs: Any) -> None:
    services.switch_off(user, at=at)


registry.register_task_queue(QUEUE, is_needed=is_on)
registry.register_task(services.SEND_WEBHOOKS, services.send_due, queue=QUEUE)
person_told.connect(notify_programs, dispatch_uid="tell_programs")
sign_in_changed.connect(switch_off, dispatch_uid="switch_off")

registry.register_periodic_task("send_webhooks", services.resume, registry.SOON)
registry.register_periodic_task("watch_lists", services.watch_lists, registry.MINUTE)
registry.register_periodic_task("delete_webhook_deliveries", services.forget_old, registry.DAY)
