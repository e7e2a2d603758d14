"""Which pages everyone may read: for search engines."""

from django.urls import reverse

from matchmaker.registry import MENUS, PUBLIC_PAGES

OWN = ("front", "join", "help", "contact", "privacy", "terms")


def public_sections() -> list[str]:
    """Return the addresses under which everything is public."""
    return [reverse(name) for name in (*OWN, *(entry.url_name for entry in MENUS.get("footer", ())))]


def public_pages() -> list[str]:
    return [*public_sections(), *(address for pages in PUBLIC_PAGES for address in pages())]
