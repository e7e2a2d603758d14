"""Every page opens in every language, whole and in the right direction."""

import re

import pytest
from django.utils.translation import get_language_info

from tests.house.access import ACCESS, ACTORS, Address
from tests.house.market import Market

LANGUAGES = ["en", "ur", "zh-hans"]
NO_PAGES = {"healthz", "readyz", "audit_export", "match_brief", "notices_bell", "receipts_export"}
NO_PAGES |= {"fair_terms_print", "search_suggest", "picture", "own_card_file"}
NO_PAGES |= {"programme_card", "programme_feed", "own_card_file", "picture"}
NO_PAGES |= {"taxonomy_export", "import_codes", "governance_count", "what_if_progress"}
NO_PAGES |= {"mission_plan_progress", "mission_feed"}
PAGES = [address for address in ACCESS if "o" in address.get and address.name not in NO_PAGES]


def pages_of(actor: str, language: str, *, is_small: bool) -> list[Address]:
    """Return the pages that the actor sees; in a small share the languages take turns among three readers."""
    found = []
    for address in PAGES:
        readers = [one for one, letter in zip(ACTORS, address.get, strict=True) if letter == "o"]
        everywhere = not is_small or len(readers) < len(LANGUAGES)
        if actor in readers and (
            everywhere or readers.index(actor) % len(LANGUAGES) == LANGUAGES.index(language)
        ):
            found.append(address)
    return found


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("actor", ACTORS)
def test_page(actor, language, settings, share):
    market, wrong = Market(), {}
    for address in pages_of(actor, language, is_small=bool(share(small=1, full=0))):
        with market.undone(actor) as client:
            client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
            page = client.get(address.path(market)).content.decode()
        wrong[str(address)] = faults(page, language)
    assert {address: found for address, found in wrong.items() if found} == {}


def faults(page: str, language: str) -> list[str]:
    """A whole page is named, has one heading, is in this language and its direction, nothing unrendered."""
    direction = "rtl" if get_language_info(language)["bidi"] else "ltr"
    root = re.search(r"<html[^>]*>", page)
    head = root[0] if root else ""
    ids = re.findall(r'\sid="([^"]*)"', page)
    holds = {
        "is of another language": f'lang="{language}"' in head.lower(),
        "is of another direction": f'dir="{direction}"' in head,
        "has no name": re.search(r"<title>\s*\S", page),
        "has not one heading": len(re.findall(r"<h1[\s>]", page)) == 1,
        "has not one main part": page.count("<main") == 1,
        "has something unrendered": not re.findall(r"\{\{|\{%|\{#", page),
        "has two elements that share an id": sorted(set(ids)) == sorted(ids),
    }
    return [fault for fault, held in holds.items() if not held]
