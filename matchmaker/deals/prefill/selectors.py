"""What the text of a deck says about the fields that a review needs: proposed to its owner, never set.

Rules, not a model: a heading says what a page is about (`deck_words.csv`), `mentions` finds the terms of the
taxonomy, and `money` reads amounts.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from matchmaker.models.deck import DeckState, DeckVersion
from profiles.catalogue.taxonomy.selectors import mentions, money
from profiles.catalogue.taxonomy.selectors.mentions import HAN, URDU, Mention
from profiles.catalogue.taxonomy.selectors.tables import csv_rows
from profiles.choices import PlaceLevel
from profiles.companies.held_edits.selectors import newest
from profiles.companies.steps.forms.fields import formfield
from profiles.models import NeedType, PartnershipForm, Place, Sector, Stage, Startup
from profiles.validators import URDU_SPELLINGS, normalize

CAPITAL = "capital"
TERMS: dict[str, type[Any]] = {
    "primary_sector": Sector,
    "stage": Stage,
    "place": Place,
    "needs": NeedType,
    "forms": PartnershipForm,
}
WORDS = Path(__file__).parent / "deck_words.csv"
MOST_SECTORS = 3
SAID_TWICE, CLEAR = 2, 3
ENDS = frozenset(".。！!۔؟")
LONGEST_PITCH, LONGEST_SUMMARY = 140, 500  # letters of these fields
LONGEST_HEADING, SHORTEST_PITCH, SHORTEST_SENTENCE = 9, 4, 7  # words
# A page with one of these roles says nothing about the startup's own sector, location and stage.
OF_OTHERS = frozenset({"rival", "history"})
# More of a deck than this is not read: a page has some hundred words.
LETTERS_OF_PAGE, LINES_OF_PAGE, LETTERS_OF_LINE = 4_000, 100, 500
MOST_LINES_WITH_PLACES = 200
# Each repetition has an end, so that the cost grows with the length of a line and no faster.
NUMBER = r"(?:\d[\d,.٬،٫]{0,20}\d|\d)"
PART_OF_LINE = re.compile(r"[,，、;；؛،(（]")
LOWER_END = re.compile(rf"{NUMBER}\s{{0,2}}[^\W\d]{{0,8}}\s{{0,2}}[–—~-]\s{{0,2}}(?=\D{{0,4}}\d)")
LEAST = 1_000
CLAUSE = re.compile(r"[;；；؛。۔()（）]|\. ")


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
    pages = _with_what_follows([_page(number, text) for number, text in enumerate(texts, 1)])
    if not any(page.lines for page in pages):
        return []
    words = mentions.vocabulary()
    found = [(page, mention) for page in pages for mention in mentions.read([page.text], words)]
    own = [(page, mention) for page, mention in found if not mention.is_excluded]
    texts_found = list(_texts(pages))
    solutions = {page.number for page in pages if "solution" in page.roles}
    about = {1} | solutions | {each.page for each in texts_found}
    return [
        *texts_found,
        *_sectors(own, about, list(_first_sentences(texts_found))),
        *_stage(own, pages),
        *_place(pages, words),
        *_needs(own),
        *_ask(pages),
        *_forms(own),
    ]


def _first_sentences(texts: Iterable[DeckProposal]) -> Iterator[str]:
    for text in texts:
        yield from mentions.SENTENCE.split(text.values[0])[:2]


def _page(number: int, text: str) -> Page:
    lines = tuple(_lines(text))
    roles = frozenset[str]()
    if lines and number > 1:
        roles = _roles(lines[0])
    if not roles and sum(_says(line, "cue", "we") for line in lines) >= SAID_TWICE:
        roles = frozenset({"ask"})
    return Page(number, lines, roles)


def _lines(text: str) -> list[str]:
    lines = normalize(text[:LETTERS_OF_PAGE]).splitlines()
    return [line[:LETTERS_OF_LINE] for line in lines if line][:LINES_OF_PAGE]


def _with_what_follows(pages: list[Page]) -> list[Page]:
    """Let the page after that of the round belong to it, if its heading says nothing else."""
    made = list(pages)
    for at, (before, page) in enumerate(pairwise(pages[:-1]), 1):
        if "ask" in before.roles and before.number > 1 and not page.roles:
            made[at] = replace(page, roles=frozenset({"ask"}))
    return made


def _roles(heading: str) -> frozenset[str]:
    words = tuple(mentions.tokens(heading))
    if len(words) > LONGEST_HEADING:
        return frozenset()
    return frozenset(role for role, keys in _keys("heading").items() if _contains_one(words, keys))


@cache
def _words(kind: str) -> dict[str, list[str]]:
    words: dict[str, list[str]] = {}
    for row in csv_rows(WORDS):
        if row["kind"] == kind:
            words.setdefault(row["code"], []).extend(row["words"].split("|"))
    return words


@cache
def _keys(kind: str) -> dict[str, list[tuple[str, ...]]]:
    return {code: _keys_of(words) for code, words in _words(kind).items()}


def _keys_of(words: Iterable[str]) -> list[tuple[str, ...]]:
    return [tuple(mentions.tokens(word)) for word in words]


def _says(line: str, kind: str, code: str) -> bool:
    words = tuple(mentions.tokens(line))
    return _contains_one(words, _keys(kind)[code])


@cache
def _amount() -> re.Pattern[str]:
    """Return what finds a number with its unit, and the currency before or behind it."""
    signs = {code: _one_of(words) for code, words in _words("currency").items()}
    before = "|".join(f"(?P<before_{code}>{sign})" for code, sign in signs.items())
    behind = "|".join(f"(?P<behind_{code}>{sign})" for code, sign in signs.items())
    number = rf"{NUMBER}(?:\s{{0,2}}(?:{_one_of(money.UNITS)})(?![a-z]))?"
    numbers = rf"(?P<number>{number}(?:\s{{1,2}}{number}){{0,3}})"
    return re.compile(rf"(?:(?:{before})\s{{0,2}})?{numbers}(?:\s{{0,2}}(?:{behind}))?", re.IGNORECASE)


def _one_of(words: Iterable[str]) -> str:
    spelled = {word.translate(URDU_SPELLINGS) for word in words}
    return "|".join(sorted(map(re.escape, spelled), key=lambda word: (-len(word), word)))


def _contains_one(words: tuple[str, ...], keys: Iterable[tuple[str, ...]]) -> bool:
    return any(_contains(words, key) for key in keys)


def _contains(words: tuple[str, ...], key: tuple[str, ...]) -> bool:
    return any(words[at : at + len(key)] == key for at in range(len(words) - len(key) + 1))


def _texts(pages: list[Page]) -> Iterator[DeckProposal]:
    """Yield the name, one sentence on what the startup does, and the sentences around it."""
    title = [line for line in pages[0].lines if not _is_generic(line)]
    if not title:
        return
    name = title[0]
    yield _text(f"name_{_language(name)}", name, 1)
    slogan = next(
        (line for line in title[1:] if _length(line) >= SHORTEST_PITCH and not re.search(r"[@\d]", line)), ""
    )
    page, sentences, is_clear = _about(pages, name)
    if is_clear and _length(slogan) < SHORTEST_SENTENCE and len(sentences[0]) <= LONGEST_PITCH:
        yield _text("pitch", sentences[0], page)
    elif _length(slogan) >= SHORTEST_SENTENCE:
        yield _text("pitch", slogan, 1)
    while len(" ".join(sentences)) > LONGEST_SUMMARY:
        sentences.pop()
    if sentences:
        yield _text(f"summary_{_language(sentences[0])}", " ".join(sentences), page)


def _about(pages: list[Page], name: str) -> tuple[int, list[str], bool]:
    """Return the page and the sentences from the one that begins like "We make", or else of the solution."""
    key = tuple(mentions.tokens(name))[:2]
    found: tuple[int, list[str], bool] = (0, [], False)
    for page in pages[1:]:
        lines = [line for line in page.lines[1:] if line[-1] in ENDS and _length(line) >= SHORTEST_SENTENCE]
        if page.roles & (OF_OTHERS | {"team", "ask"}):
            continue
        for at, line in enumerate(lines):
            if _says(line, "cue", "founded"):
                continue
            if tuple(mentions.tokens(line))[: len(key)] == key or _says(line, "cue", "what"):
                return page.number, lines[at:], True
        if "solution" in page.roles and lines and not found[0]:
            found = page.number, lines, False
    return found


def _length(line: str) -> int:
    """Return the number of words; two Chinese characters are about one."""
    words = [word for word in mentions.tokens(line) if word[0].isalnum()]
    return len(words) - sum(bool(HAN.match(word)) for word in words) // 2


def _text(field: str, text: str, page: int) -> DeckProposal:
    return DeckProposal(field, (text,), page, "")


def _language(text: str) -> str:
    """Return the language of a text as the names of fields end in it, by its script."""
    if HAN.search(text):
        return "zh"
    return "ur" if URDU.search(text) else "en"


def _is_generic(line: str) -> bool:
    return _says(line, "heading", "generic") or not re.search(r"[^\W\d]", line)


def _sectors(
    own: list[tuple[Page, Mention]], about: Collection[int], stated: Sequence[str]
) -> Iterator[DeckProposal]:
    """Yield up to three sectors to choose from, the one that the pages name most first.

    One counts if the name, the pitch or the first lines of the summary name it (`stated`), or if several
    pages do, of which one is `about` the startup. What many only use, as payments, must be stated.
    """
    in_short = {each.codes[0] for each in mentions.read(stated) if each.kind == "sector"}
    means = set(_words("means")["sector"]) - in_short
    weights: dict[str, int] = {}
    pages: dict[str, tuple[Page, Mention]] = {}
    for page, mention in own:
        if mention.kind == "sector" and not page.roles & (OF_OTHERS | {"team", "ask"}):
            (code,) = mention.codes
            weight = 4 if code in in_short and code not in weights else 0
            weights[code] = weights.get(code, 0) + weight + (2 if page.number in about else 1)
            pages.setdefault(code, (page, mention))
    clear = [code for code, weight in weights.items() if weight >= CLEAR and code not in means]
    narrow = set(Sector.objects.filter(parent__isnull=False, code__in=clear).values_list("code", flat=True))
    codes = sorted(narrow, key=lambda code: (-weights[code], code))[:MOST_SECTORS]
    if codes:
        page, mention = pages[codes[0]]
        yield DeckProposal("primary_sector", tuple(codes), page.number, mention.quote)


def _stage(own: list[tuple[Page, Mention]], pages: list[Page]) -> Iterator[DeckProposal]:
    """Yield the stage that the page of the round names; else the only one that any other page names."""
    stages = [
        (page, mention)
        for page, mention in own
        if mention.kind == "stage"
        and len(mention.codes) == 1
        and not page.roles & OF_OTHERS
        and not _says(mention.quote, "cue", "past")
    ]
    asked = [(page, mention) for page, mention in stages if "ask" in page.roles]
    on_title = [(page, mention) for page, mention in stages if page.number == 1]
    for page, mention in asked[-1:] or on_title[:1] or (stages if len(stages) == 1 else []):
        yield DeckProposal("stage", mention.codes, page.number, mention.quote)
        return
    yield from islice(_bare_stages(pages), 1)


def _bare_stages(pages: list[Page]) -> Iterator[DeckProposal]:
    """Yield a stage of one word, such as "Seed", beside an amount of the round or on the title."""
    for page in sorted(pages, key=lambda page: "ask" not in page.roles):
        for line in page.lines:
            words = mentions.tokens(line)
            is_round = ("ask" in page.roles and any(_amounts(line))) or page.number == 1
            if is_round and len(words) <= LONGEST_HEADING and not _says(line, "cue", "past"):
                for code in _words("stage"):
                    if _says(line, "stage", code):
                        yield DeckProposal("stage", (code,), page.number, line)


def _place(pages: list[Page], words: mentions.Words) -> Iterator[DeckProposal]:
    """Yield the only city of a line: of the title, of one about an office, or of one with the name."""
    cities = frozenset(Place.objects.filter(level=PlaceLevel.CITY).values_list("code", flat=True))
    for page, line in islice(_lines_with_a_place(pages), MOST_LINES_WITH_PLACES):
        found = cities & {each.codes[0] for each in mentions.read([line], words) if each.kind == "place"}
        if len(found) == 1:
            yield DeckProposal("place", tuple(found), page.number, line)
            return


def _lines_with_a_place(pages: list[Page]) -> Iterator[tuple[Page, str]]:
    own = [page for page in pages[1:] if not page.roles & OF_OTHERS]
    name = tuple(mentions.tokens(next((line for line in pages[0].lines if not _is_generic(line)), "")))
    yield from ((pages[0], line) for line in pages[0].lines)
    office = [(page, line) for page in own for line in page.lines if _says(line, "heading", "office")]
    yield from office
    clauses = ((page, clause) for page, line in office for clause in PART_OF_LINE.split(line))
    yield from ((page, clause) for page, clause in clauses if _says(clause, "heading", "office"))
    for page in reversed(own):  # an address is at the end
        yield from ((page, line) for line in page.lines if _contains(tuple(mentions.tokens(line)), name[:2]))
    if own and (own[-1] is pages[-1]) and not own[-1].roles & {"market", "solution", "problem"}:
        yield own[-1], " ".join(own[-1].lines)


def _needs(own: list[tuple[Page, Mention]]) -> Iterator[DeckProposal]:
    """Yield each need that the page of the round names, apart from what the money is used for."""
    seen = {CAPITAL}
    for page, mention in own:
        is_use = "use" in page.roles or "%" in mention.quote or _says(mention.quote, "heading", "use")
        is_listed = "ask" in page.roles and not page.roles & OF_OTHERS and not is_use
        if (
            mention.kind == "need"
            and is_listed
            and "offer" not in mention.cues
            and mention.codes[0] not in seen
        ):
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
            and not _says(mention.quote, "cue", "past")
        ):
            seen.add(mention.codes[0])
            yield DeckProposal("forms", mention.codes, page.number, mention.quote)


def _ask(pages: list[Page]) -> Iterator[DeckProposal]:
    """Yield an amount of the page of the round: first one that is wanted, never one raised before.

    Without such a page, one of a line that says that it is being raised.
    """
    own = [page for page in pages if not page.roles & OF_OTHERS]
    asked = [(page, line) for page in own if page.roles & {"ask", "use"} for line in page.lines]
    asked = asked or [(page, line) for page in own for line in page.lines if _says(line, "cue", "raising")]
    clauses = [(page, clause) for page, line in asked for clause in CLAUSE.split(line)]
    open_ones = [(page, clause) for page, clause in clauses if not _says(clause, "cue", "past")]
    wanted = [(page, clause) for page, clause in open_ones if _says(clause, "cue", "wanted")]
    found = ((page, clause, amount) for page, clause in [*wanted, *open_ones] for amount in _amounts(clause))
    for page, clause, amount in islice(found, 1):
        yield DeckProposal("ask_max", amount, page.number, clause.strip())


def _amounts(line: str) -> Iterator[tuple[str, str]]:
    """Yield amounts with their currencies: of a span the upper end, and nothing too small to be raised."""
    for match in _amount().finditer(LOWER_END.sub("", line.translate(URDU_SPELLINGS))):
        signs = [name for name, text in match.groupdict().items() if text and name != "number"]
        figures = money.in_figures(match["number"])
        if signs and not (figures.isdecimal() and int(figures) < LEAST):
            yield figures, signs[0].partition("_")[2]


def newest_version(startup: Startup) -> DeckVersion | None:
    return (
        DeckVersion.objects.filter(deck__startup=startup, state=DeckState.READY).order_by("-number").first()
    )


def proposals_of_deck(startup: Startup, version: DeckVersion) -> list[DeckProposal]:
    """Return what the deck says and the startup does not, each a value that its field accepts."""
    stated = newest(startup)
    listed = {
        "needs": set(startup.needs.values_list("type__code", flat=True)),
        "forms": set(stated.forms.values_list("code", flat=True)),
    }
    return [each for each in _stored_proposals(version) if _adds(stated, listed, each)]


def _stored_proposals(version: DeckVersion) -> Iterator[DeckProposal]:
    for field, values, page, quote in version.proposals or ():
        yield DeckProposal(field, tuple(values), page, quote)


def unread_versions() -> QuerySet[DeckVersion]:
    return DeckVersion.objects.filter(state=DeckState.READY, proposals__isnull=True).order_by("at", "pk")


def _adds(startup: Startup, listed: Mapping[str, Collection[str]], proposal: DeckProposal) -> bool:
    field, value = proposal.field, proposal.values[0]
    if field in listed:
        return value not in listed[field]
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
