"""What the text of a deck says about the fields that a review needs: proposed to its owner, never set.

Rules, not a model: a heading tells what a page is about (`headings.csv`), `mentions` finds the terms of the taxonomy,
and `money` reads amounts.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path

from matchmaker.matching.ranking.services.inferred_sectors import sectors_like
from profiles.catalogue.taxonomy.selectors import mentions, money
from profiles.catalogue.taxonomy.selectors.mentions import Mention
from profiles.catalogue.taxonomy.selectors.tables import csv_rows
from profiles.choices import PlaceLevel
from profiles.models import Place, Sector
from profiles.validators import URDU_SPELLINGS

CAPITAL = "capital"
HEADINGS = Path(__file__).parent / "headings.csv"
MOST_SECTORS = 3
LONGEST_HEADING, SHORTEST_PITCH, SHORTEST_SENTENCE = 9, 4, 7  # words
LONGEST = {"name": 80, "pitch": 200, "summary": 600}
# A page with one of these roles says nothing about the startup's own sector, location and stage.
OF_OTHERS = frozenset({"rival", "history"})
CURRENCIES = {
    "USD": r"us\$|usd|\$|美元|امریکی ڈالر|ڈالر|dollars?",
    "PKR": r"pkr|rs\.?|卢比|روپے|روپیہ|rupees?",
    "CNY": r"rmb|cny|¥|人民币|元|یوآن|yuan",
}
NUMBER = r"\d[\d,.٬،٫]*\d|\d"
UNIT = "|".join(sorted(map(re.escape, money.UNITS), key=len, reverse=True))
SIGN = "|".join(f"(?P<{{place}}_{code}>{pattern})" for code, pattern in CURRENCIES.items())
AMOUNT = re.compile(
    rf"(?:(?:{SIGN.format(place='before')})\s*)?(?P<number>{NUMBER})(?:\s*(?P<unit>{UNIT})(?![a-z]))?"
    rf"(?:\s*(?:{SIGN.format(place='after')}))?",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Page:
    number: int
    lines: tuple[str, ...]
    roles: frozenset[str]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


@dataclass(frozen=True)
class DeckProposal:
    """Values for a field of a startup. Several sectors are a choice of one; other values are one each."""

    field: str
    values: tuple[str, ...]
    page: int
    quote: str


def proposals_in_deck(texts: Sequence[str]) -> list[DeckProposal]:
    """Return what the pages of a deck, in their order, say about the fields that a review needs."""
    pages = [_page(number, text) for number, text in enumerate(texts, 1)]
    if not any(page.lines for page in pages):
        return []
    words = mentions.vocabulary()
    found = [(page, mention) for page in pages for mention in mentions.read([page.text], words)]
    own = [(page, mention) for page, mention in found if not mention.is_excluded]
    texts_found = list(_texts(pages))
    return [
        *texts_found,
        *_sectors(own, [proposal.values[0] for proposal in texts_found if proposal.field != "name"]),
        *_stage(own),
        *_place(pages, words),
        *_needs(own),
        *_ask(pages),
        *_forms(own),
    ]


def _page(number: int, text: str) -> Page:
    clean = unicodedata.normalize("NFKC", text)
    lines = tuple(filter(None, (" ".join(line.split()) for line in clean.splitlines())))
    roles = _roles(lines[0]) if lines and number > 1 else frozenset[str]()
    return Page(number, lines, roles)


def _roles(heading: str) -> frozenset[str]:
    words = tuple(mentions.tokens(heading))
    if len(words) > LONGEST_HEADING:
        return frozenset()
    return frozenset(
        role for role, keys in _headings().items() if any(_contains(words, key) for key in keys)
    )


@cache
def _headings() -> dict[str, list[tuple[str, ...]]]:
    headings: dict[str, list[tuple[str, ...]]] = {}
    for row in csv_rows(HEADINGS):
        headings.setdefault(row["role"], []).extend(tuple(mentions.tokens(word)) for word in row["words"].split("|"))
    return headings


def _contains(words: tuple[str, ...], key: tuple[str, ...]) -> bool:
    return any(words[at : at + len(key)] == key for at in range(len(words) - len(key) + 1))


def _texts(pages: list[Page]) -> Iterator[DeckProposal]:
    """Yield the name and the sentence below it on the first page, and the text of the solution."""
    first = [line for line in pages[0].lines if not _is_generic(line)]
    if first:
        yield _text("name", first[0], 1)
    pitch = next((line for line in first[1:] if len(mentions.tokens(line)) >= SHORTEST_PITCH), "")
    if pitch:
        yield _text("pitch", pitch, 1)
    for page in pages[1:]:
        sentences = [line for line in page.lines[1:] if len(mentions.tokens(line)) >= SHORTEST_SENTENCE]
        if "solution" in page.roles and sentences:
            yield _text("summary", " ".join(sentences), page.number)
            return


def _text(field: str, text: str, page: int) -> DeckProposal:
    return DeckProposal(field, (text[: LONGEST[field]],), page, text)


def _is_generic(line: str) -> bool:
    words = tuple(mentions.tokens(line))
    return any(_contains(words, key) for key in _headings()["generic"]) or not re.search(r"[^\W\d]", line)


def _sectors(own: list[tuple[Page, Mention]], texts: list[str]) -> Iterator[DeckProposal]:
    """Yield up to three sectors to choose from: what the pages name most, then what the texts read like."""
    weights: dict[str, int] = {}
    pages: dict[str, tuple[Page, Mention]] = {}
    for page, mention in own:
        if mention.kind == "sector" and not page.roles & (OF_OTHERS | {"team", "ask"}):
            (code,) = mention.codes
            is_about_it = page.number == 1 or "solution" in page.roles
            weights[code] = weights.get(code, 0) + (3 if is_about_it else 1)
            pages.setdefault(code, (page, mention))
    narrow = set(Sector.objects.filter(parent__isnull=False, code__in=weights).values_list("code", flat=True))
    named = sorted(narrow, key=lambda code: (-weights[code], code))
    codes = list(dict.fromkeys([*named[:2], *sectors_like(texts), *named[2:]]))[:MOST_SECTORS]
    if codes:
        page, quote = (pages[codes[0]][0].number, pages[codes[0]][1].quote) if codes[0] in pages else (1, "")
        yield DeckProposal("primary_sector", tuple(codes), page, quote)


def _stage(own: list[tuple[Page, Mention]]) -> Iterator[DeckProposal]:
    """Yield the stage that the page of the round names; else the only one that any other page names."""
    stages = [
        (page, mention)
        for page, mention in own
        if mention.kind == "stage" and len(mention.codes) == 1 and not page.roles & OF_OTHERS
    ]
    asked = [(page, mention) for page, mention in stages if "ask" in page.roles]
    on_title = [(page, mention) for page, mention in stages if page.number == 1]
    for page, mention in asked[-1:] or on_title[:1] or (stages if len(stages) == 1 else []):
        yield DeckProposal("stage", mention.codes, page.number, mention.quote)


def _place(pages: list[Page], words: mentions.Words) -> Iterator[DeckProposal]:
    """Yield the city beside the word for an office, on the title, beside the team or the address."""
    for page, lines in _lines_with_a_place(pages):
        for line in lines:
            codes = [each.codes[0] for each in mentions.read([line], words) if each.kind == "place"]
            cities = dict(Place.objects.filter(code__in=codes, level=PlaceLevel.CITY).values_list("code", "pk"))
            for code in codes:
                if code in cities:
                    yield DeckProposal("place", (code,), page.number, line)
                    return


def _lines_with_a_place(pages: list[Page]) -> Iterator[tuple[Page, list[str]]]:
    for page in pages:
        if not page.roles & OF_OTHERS:
            yield page, [line for line in page.lines if "office" in _roles(line)]
    yield pages[0], list(pages[0].lines)
    for role in ("team", "contact"):
        for page in pages:
            if role in page.roles:
                yield page, list(page.lines)


def _needs(own: list[tuple[Page, Mention]]) -> Iterator[DeckProposal]:
    """Yield each need that the page of the round names, or that a sentence elsewhere says is needed."""
    seen = {CAPITAL}
    for page, mention in own:
        is_needed = "ask" in page.roles or ("need" in mention.cues and not page.roles & OF_OTHERS)
        if mention.kind == "need" and is_needed and mention.codes[0] not in seen:
            seen.add(mention.codes[0])
            yield DeckProposal("needs", mention.codes, page.number, mention.quote)


def _forms(own: list[tuple[Page, Mention]]) -> Iterator[DeckProposal]:
    seen = set[str]()
    for page, mention in own:
        if mention.kind == "form" and "ask" in page.roles and mention.codes[0] not in seen:
            seen.add(mention.codes[0])
            yield DeckProposal("forms", mention.codes, page.number, mention.quote)


def _ask(pages: list[Page]) -> Iterator[DeckProposal]:
    """Yield the first amount with a currency on the page of the round."""
    asked = ((page, line) for page in pages if "ask" in page.roles for line in page.lines)
    found = ((page, line, amount) for page, line in asked for amount in _amounts(line))
    for page, line, (number, currency) in islice(found, 1):
        yield DeckProposal("ask_max", (number, currency), page.number, line)


def _amounts(line: str) -> Iterator[tuple[str, str]]:
    for match in AMOUNT.finditer(line.translate(URDU_SPELLINGS)):
        groups = match.groupdict()
        currency = next((name[-3:] for name, text in groups.items() if text and name[-3:] in CURRENCIES), "")
        if currency:
            yield money.in_figures(f"{groups['number']}{groups['unit'] or ''}"), currency
