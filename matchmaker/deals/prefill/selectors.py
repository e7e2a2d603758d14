"""What the text of a deck says about the fields that a review needs: proposed to its owner, never set.

Rules, not a model: a heading says what a page is about (`deck_words.csv`), `mentions` finds the terms of the
taxonomy, and `money` reads amounts.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError

from matchmaker.models.deck import DeckState, DeckVersion
from profiles.catalogue.taxonomy.selectors import mentions, money
from profiles.catalogue.taxonomy.selectors.mentions import HAN, URDU, Mention
from profiles.catalogue.taxonomy.selectors.tables import csv_rows
from profiles.choices import PlaceLevel
from profiles.companies.held_edits.selectors import newest
from profiles.companies.steps.forms.fields import formfield
from profiles.models import Place, Sector, Startup
from profiles.validators import LONGEST, URDU_SPELLINGS, normalize

CAPITAL = "capital"
TERMS = frozenset({"primary_sector", "stage", "place"})
WORDS = Path(__file__).parent / "deck_words.csv"
MOST_SECTORS = 3
LONGEST_SUMMARY = Startup._meta.get_field("summary_en").max_length or 0
LONGEST_HEADING, SHORTEST_PITCH, SHORTEST_SENTENCE = 9, 4, 7  # words
# A page with one of these roles says nothing about the startup's own sector, location and stage.
OF_OTHERS = frozenset({"rival", "history"})
NUMBER = r"\d[\d,.٬،٫]*\d|\d"


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
    return [
        *_texts(pages),
        *_sectors(own),
        *_stage(own),
        *_place(pages, words),
        *_needs(own),
        *_ask(pages),
        *_forms(own),
    ]  # of fields that may be stated already: see `proposals_of_deck`


def _page(number: int, text: str) -> Page:
    lines = tuple(filter(None, normalize(text[:LONGEST]).splitlines()))
    roles = _roles(lines[0]) if lines and number > 1 else frozenset[str]()
    return Page(number, lines, roles)


def _roles(heading: str) -> frozenset[str]:
    words = tuple(mentions.tokens(heading))
    if len(words) > LONGEST_HEADING:
        return frozenset()
    return frozenset(
        role for role, keys in _keys("heading").items() if any(_contains(words, key) for key in keys)
    )


@cache
def _words(kind: str) -> dict[str, list[str]]:
    words: dict[str, list[str]] = {}
    for row in csv_rows(WORDS):
        if row["kind"] == kind:
            words.setdefault(row["code"], []).extend(row["words"].split("|"))
    return words


@cache
def _keys(kind: str) -> dict[str, list[tuple[str, ...]]]:
    return {code: [tuple(mentions.tokens(word)) for word in words] for code, words in _words(kind).items()}


def _says(line: str, kind: str, code: str) -> bool:
    words = tuple(mentions.tokens(line))
    return any(_contains(words, key) for key in _keys(kind)[code])


@cache
def _amount() -> re.Pattern[str]:
    """Return what finds a number with its unit, and the currency before or behind it."""
    units, signs = _one_of(money.UNITS), {code: _one_of(words) for code, words in _words("currency").items()}
    before, behind = (
        "|".join(f"(?P<{place}_{code}>{sign})" for code, sign in signs.items())
        for place in ("before", "behind")
    )
    return re.compile(
        rf"(?:(?:{before})\s*)?(?P<number>{NUMBER})(?:\s*(?P<unit>{units})(?![a-z]))?(?:\s*(?:{behind}))?",
        re.IGNORECASE,
    )


def _one_of(words: Iterable[str]) -> str:
    spelled = {word.translate(URDU_SPELLINGS) for word in words}
    return "|".join(sorted(map(re.escape, spelled), key=lambda word: (-len(word), word)))


def _contains(words: tuple[str, ...], key: tuple[str, ...]) -> bool:
    return any(words[at : at + len(key)] == key for at in range(len(words) - len(key) + 1))


def _texts(pages: list[Page]) -> Iterator[DeckProposal]:
    """Yield the name and the sentence below it on the first page, and the text of the solution."""
    first = [line for line in pages[0].lines if not _is_generic(line)]
    if first:
        yield _text(f"name_{_language(first[0])}", first[0], 1)
    pitch = next((line for line in first[1:] if len(mentions.tokens(line)) >= SHORTEST_PITCH), "")
    if pitch:
        yield _text("pitch", pitch, 1)
    for page in pages[1:]:
        sentences = [line for line in page.lines[1:] if len(mentions.tokens(line)) >= SHORTEST_SENTENCE]
        while sentences and len(" ".join(sentences)) > LONGEST_SUMMARY:
            sentences.pop()
        if "solution" in page.roles and sentences:
            summary = " ".join(sentences)
            yield _text(f"summary_{_language(summary)}", summary, page.number)
            return


def _text(field: str, text: str, page: int) -> DeckProposal:
    return DeckProposal(field, (text,), page, "")


def _language(text: str) -> str:
    """Return the language of a text as the names of fields end in it, by its script."""
    return "zh" if HAN.search(text) else "ur" if URDU.search(text) else "en"


def _is_generic(line: str) -> bool:
    return _says(line, "heading", "generic") or not re.search(r"[^\W\d]", line)


def _sectors(own: list[tuple[Page, Mention]]) -> Iterator[DeckProposal]:
    """Yield up to three sectors to choose from, the one that the pages name most first."""
    weights: dict[str, int] = {}
    pages: dict[str, tuple[Page, Mention]] = {}
    for page, mention in own:
        if mention.kind == "sector" and not page.roles & (OF_OTHERS | {"team", "ask"}):
            (code,) = mention.codes
            is_about_it = page.number == 1 or "solution" in page.roles
            weights[code] = weights.get(code, 0) + (3 if is_about_it else 1)
            pages.setdefault(code, (page, mention))
    narrow = set(Sector.objects.filter(parent__isnull=False, code__in=weights).values_list("code", flat=True))
    codes = sorted(narrow, key=lambda code: (-weights[code], code))[:MOST_SECTORS]
    if codes:
        page, mention = pages[codes[0]]
        yield DeckProposal("primary_sector", tuple(codes), page.number, mention.quote)


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
    cities = frozenset(Place.objects.filter(level=PlaceLevel.CITY).values_list("code", flat=True))
    for page, lines in _lines_with_a_place(pages):
        for line in lines:
            codes = [each.codes[0] for each in mentions.read([line], words) if each.kind == "place"]
            for code in codes:
                if code in cities:
                    yield DeckProposal("place", (code,), page.number, line)
                    return


def _lines_with_a_place(pages: list[Page]) -> Iterator[tuple[Page, list[str]]]:
    for page in pages:
        if not page.roles & OF_OTHERS:
            yield page, [line for line in page.lines if _says(line, "heading", "office")]
    yield pages[0], list(pages[0].lines)
    for role in ("team", "contact"):
        for page in pages:
            if role in page.roles:
                yield page, list(page.lines)


def _needs(own: list[tuple[Page, Mention]]) -> Iterator[DeckProposal]:
    """Yield each need that the page of the round names, or that a sentence elsewhere says is needed."""
    seen = {CAPITAL}
    for page, mention in own:
        is_listed = "ask" in page.roles and "use" not in page.roles and "%" not in mention.quote
        is_needed = (is_listed or "need" in mention.cues) and not page.roles & OF_OTHERS
        if mention.kind == "need" and is_needed and mention.codes[0] not in seen:
            seen.add(mention.codes[0])
            yield DeckProposal("needs", mention.codes, page.number, mention.quote)


def _forms(own: list[tuple[Page, Mention]]) -> Iterator[DeckProposal]:
    seen = set[str]()
    for page, mention in own:
        if (
            mention.kind == "form"
            and "ask" in page.roles
            and not page.roles & OF_OTHERS
            and mention.codes[0] not in seen
        ):
            seen.add(mention.codes[0])
            yield DeckProposal("forms", mention.codes, page.number, mention.quote)


def _ask(pages: list[Page]) -> Iterator[DeckProposal]:
    """Yield an amount of the page of the round: first one that is wanted, never one raised before."""
    asked = [(page, line) for page in pages if page.roles & {"ask", "use"} for line in page.lines]
    open_ones = [(page, line) for page, line in asked if not _says(line, "amount", "past")]
    wanted = [(page, line) for page, line in open_ones if _says(line, "amount", "wanted")]
    found = ((page, line, amount) for page, line in [*wanted, *open_ones] for amount in _amounts(line))
    for page, line, amount in islice(found, 1):
        yield DeckProposal("ask_max", amount, page.number, line)


def _amounts(line: str) -> Iterator[tuple[str, str]]:
    for match in _amount().finditer(line.translate(URDU_SPELLINGS)):
        signs = [name for name, text in match.groupdict().items() if text and name not in ("number", "unit")]
        if signs:
            yield money.in_figures(f"{match['number']}{match['unit'] or ''}"), signs[0].partition("_")[2]


def newest_version(startup: Startup) -> DeckVersion | None:
    return (
        DeckVersion.objects.filter(deck__startup=startup, state=DeckState.READY).order_by("-number").first()
    )


def proposals_of_deck(startup: Startup, version: DeckVersion) -> list[DeckProposal]:
    """Return what the deck says and the startup does not, each a value that its field accepts."""
    texts = version.pages.order_by("number").values_list("text", flat=True)
    stated = newest(startup)
    return [each for each in proposals_in_deck(list(texts)) if _adds(stated, each)]


def _adds(startup: Startup, proposal: DeckProposal) -> bool:
    field, value = proposal.field, proposal.values[0]
    if field == "needs":
        return not startup.needs.filter(type__code=value).exists()
    if field == "forms":
        return not startup.forms.filter(code=value).exists()
    if field.startswith("summary"):
        return not any(getattr(startup, f"summary_{language}") for language in ("en", "ur", "zh")) and _fits(
            field, value
        )
    if getattr(startup, field):
        return False
    return field in TERMS or _fits(field, value)


def _fits(field: str, text: str) -> bool:
    asked: Any = formfield(Startup._meta.get_field(field))
    try:
        asked.clean(text)
    except ValidationError:
        return False
    return True
