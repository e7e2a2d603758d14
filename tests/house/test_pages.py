"""Every page opens in every language, whole and in the right direction."""

import re
from typing import Any

import pytest
from django.utils.translation import get_language_info

from tests.house.access import ACCESS, ACTORS, Address
from tests.house.market import Market
from tests.house.test_styles import unstyled

LANGUAGES = ["en", "ur", "zh-hans"]
NO_PAGES = {"healthz", "readyz", "audit_export", "match_brief", "notices_bell", "receipts_export"}
NO_PAGES |= {"fair_terms_print"}
PAGES = [address for address in ACCESS if "o" in address.get and address.name not in NO_PAGES]


def readers(address: Address) -> list[str]:
    """Return who sees the page."""
    return [actor for actor, found in zip(ACTORS, address.get, strict=True) if found == "o"]


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("address", PAGES, ids=str)
def test_page(address: Address, language: str, settings: Any) -> None:
    market = Market()
    for actor in readers(address):
        client = market.client(actor)
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        page = client.get(address.path(market)).content.decode()
        check(page, language)


def check(page: str, language: str) -> None:
    """A whole page: named, with one heading, in this language and its direction, nothing unrendered."""
    root = re.search(r"<html[^>]*>", page)
    assert root, "not a page"
    direction = "rtl" if get_language_info(language)["bidi"] else "ltr"
    assert f'lang="{language}"' in root[0].lower()
    assert f'dir="{direction}"' in root[0]
    assert re.search(r"<title>\s*\S", page)
    assert len(re.findall(r"<h1[\s>]", page)) == 1
    assert page.count("<main") == 1
    assert re.findall(r"\{\{|\{%|\{#", page) == []
    assert unstyled(page) == []
    ids = re.findall(r'\sid="([^"]*)"', page)
    assert sorted(set(ids)) == sorted(ids), "two elements share an id"
