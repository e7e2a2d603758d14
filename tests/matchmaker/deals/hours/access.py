"""Who may do what about published hours, address by address (tests/house/access.py)."""

from tests.house.access import at

ADDRESSES = (at("hours", "ssoooonn", "ssiiiinn"), at("hours_remove", "ssmmmmnn", "ssggggnn"))
PAGES: dict[str, tuple[str, ...]] = {"founder": ("/hours/",), "partner": ("/hours/",)}
