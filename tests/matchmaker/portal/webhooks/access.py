"""Who may change a company's webhooks (tests/house/access.py)."""

from tests.house.access import at


def add_to(market):
    """Webhooks are made in their own tests."""


ADDRESSES = (
    at("webhooks", "ssoooonn", "ssmmmmnn"),
    at("webhook_add", "ssmmmmnn", "ssiiiinn"),
    at("webhook_remove", "ssmmmmnn", "ssnnnnnn"),
    at("webhook_resume", "ssmmmmnn", "ssnnnnnn"),
    at("webhook_again", "ssmmmmnn", "ssnnnnnn"),
)
PAGES = {"partner": ("/webhooks/",)}
