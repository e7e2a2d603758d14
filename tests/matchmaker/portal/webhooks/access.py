"""Who may change a company's webhooks (tests/house/access.py)."""

from django.utils import timezone

from matchmaker.integrations.webhook_sender import is_on
from matchmaker.models.webhook import Event
from matchmaker.portal.webhooks import services
from tests.house.access import at, each


def add_to(market):
    """Let both companies have webhooks where they may; the worker sends to them, and no page does."""
    for actor in ("founder", "partner") if is_on() else ():
        said = {"url": "https://hooks.example.com/", "events": [*Event], "at": timezone.now()}
        services.add_webhook(market.people[actor], **said)


ADDRESSES = (
    at("webhooks", "ssoooonn", "ssmmmmnn"),
    at("webhook_add", "ssmmmmnn", "ssiiiinn"),
    *each("webhook_remove webhook_resume webhook_again", "ssmmmmnn", "ssnnnnnn"),
)
PAGES = {"partner": ("/webhooks/",)}
