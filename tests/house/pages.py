"""What every page keeps to."""

import re

from django.utils.translation import get_language_info

LANGUAGES = ["en", "ur", "zh-hans"]
NO_PAGES = {"healthz", "readyz", "audit_export", "match_brief", "notices_bell", "receipts_export"}
NO_PAGES |= {"amount", "robots", "sitemap", "deck_image"}
NO_PAGES |= {"in_language"}  # is of the language that its address names, whatever its reader has chosen
NO_PAGES |= {"fair_terms_print", "search_suggest", "picture", "own_card_file"}
NO_PAGES |= {"programme_card", "programme_feed", "own_card_file", "picture"}
NO_PAGES |= {"mission_plan_progress", "mission_feed", "api:openapi-json"}
NO_PAGES |= {"taxonomy_export", "import_codes", "governance_count", "what_if_progress"}


def page_faults(page: str, language: str) -> list[str]:
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
