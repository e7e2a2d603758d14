"""Webhooks for operators, for reading."""

from matchmaker.models.webhook import Webhook, WebhookDelivery
from profiles.admin import show_records

# Not the secrets, nor the address, whose path may be one; of a delivery nothing that was sent.
show_records(
    Webhook,
    "membership created_at proved_at stopped_at",
    "membership__user__email",
    fields="membership events created_at proved_at stopped_at",
)
show_records(
    WebhookDelivery,
    "event created_at attempts delivered_at failed_at answered",
    "event",
    "event",
    fields="event created_at due_at attempts delivered_at failed_at answered",
)
