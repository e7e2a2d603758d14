"""What a description mentions, in English, Urdu and Chinese, and what it excludes."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from django.db.models import F

from profiles.catalogue.taxonomy.selectors.tables import DATA, csv_rows
from profiles.models import Place, Sector

# A word, one Chinese character, or a mark; hyphens separate words.
TOKEN = re.compile(r"[a-z0-9]+(?:'[a-z]+)?|[\u0620-\u06d3]+|[\u3400-\u9fff]|[^\s\w-]")
SENTENCE = re.compile(r"(?<=[。！？؟۔!?])|(?<=\.)(?=\s|$)|\n")
ALIKE = str.maketrans({"ي": "ی", "ك": "ک", "ة": "ہ", "’": "'", "‌": " ", "ٔ": None, "ٰ": None})
POINTS = re.compile("[\u064b-\u0652]")  # vowel points, which few write
# Where the names of terms join two things, and how many words a part has that means one of them by itself.
PARTS = re.compile(r"\s(?:and|اور)\s|[,،、与和()（）]")
HAN, URDU = re.compile("[\u3400-\u9fff]"), re.compile("[\u0620-\u06d3]")
LONG, LONG_HAN = 2, 4
COMMAS = frozenset({",", "،", "，"})
LONGEST_QUOTE = 120
CUES = ("need", "offer")

Key = tuple[str, ...]


class Mention(NamedTuple):
    kind: str  # sector | stage | place | form | need | flag
    codes: Key
    is_excluded: bool
    cues: frozenset[str]  # "need", "offer": what the same clause says about it
    quote: str  # the sentence


@dataclass(frozen=True)
class Found:
    """One entry of the tables at a place of a sentence. `codes` is empty for a word of negations.csv."""

    kind: str
    codes: Key
    at: int
    end: int


Words = dict[Key, tuple[str, Key]]


def tokens(text: str) -> list[str]:
    """Return the words of a text as they are compared: in lower case, without plural or vowel points."""
    plain = POINTS.sub("", text.casefold().translate(ALIKE))
    return [_singular(word) for word in TOKEN.findall(plain)]


def _singular(word: str) -> str:
    is_plural = len(word) > 3 and word.isascii() and word.endswith("s") and not word.endswith("ss")
    return word[:-1] if is_plural else word


@lru_cache(maxsize=1)
def _table() -> tuple[Words, frozenset[Key]]:
    words: Words = {}
    ignored: set[Key] = set()
    for row in csv_rows(DATA / "mentions.csv"):
        for key in _keys(row["words"]):
            if row["kind"] == "ignore":
                ignored.add(key)
            else:
                words[key] = row["kind"], tuple(row["code"].split("|"))
    for row in csv_rows(DATA / "negations.csv"):
        words |= dict.fromkeys(_keys(row["words"]), (row["role"], ()))
    return words, frozenset(ignored)


@lru_cache(maxsize=1)
def everyday() -> Words:
    """Return words of daily life that someone types for a sector; in a description they tell too little."""
    rows = csv_rows(DATA / "everyday.csv")
    return {key: ("sector", tuple(row["code"].split("|"))) for row in rows for key in _keys(row["words"])}


def _keys(words: str) -> Iterator[Key]:
    return (tuple(tokens(word)) for word in words.split("|") if word.strip())


def vocabulary() -> Words:
    known, ignored = _table()
    words: Words = {}
    narrow = F("parent").asc(nulls_last=True)  # a word of both means the narrower sector
    for kind, terms in (
        ("place", Place.objects.order_by("level", "code")),
        ("sector", Sector.objects.filter(is_active=True, merged_into=None).order_by(narrow, "code")),
    ):
        for code, *names in terms.values_list("code", "name_en", "name_ur", "name_zh", "aliases"):
            for key in _keys_of(*names):
                if key not in ignored:
                    words.setdefault(key, (kind, (code,)))
    return words | known


@lru_cache(maxsize=1024)
def _keys_of(*names: str) -> tuple[Key, ...]:
    """Return the names of a term and its synonyms, the last; of "smart irrigation and …" also long parts."""
    keys = [key for name in names for key in _keys(name.replace("\n", "|"))]
    for part in (part for name in names[:-1] for part in PARTS.split(name)):
        key = tuple(tokens(part))
        if len(key) >= (LONG_HAN if HAN.search(part) else LONG):
            keys.append(key)
    return tuple(filter(None, keys))


def read(texts: Iterable[str], words: Words | None = None) -> list[Mention]:
    known = vocabulary() if words is None else words
    longest = max(map(len, known))
    mentions: dict[tuple[str, Key], Mention] = {}
    for text in texts:
        for sentence in filter(str.strip, SENTENCE.split(text)):
            for mention in _read_sentence(sentence.strip(), known, longest):
                before = mentions.get((mention.kind, mention.codes))
                if before is None or (mention.is_excluded and not before.is_excluded):
                    mentions[mention.kind, mention.codes] = mention
                elif before.is_excluded == mention.is_excluded:
                    said = (
                        before if before.cues else mention
                    )  # who needs or offers it is told by its sentence
                    mentions[mention.kind, mention.codes] = said._replace(cues=before.cues | mention.cues)
    return list(mentions.values())


def _read_sentence(sentence: str, known: Words, longest: int) -> Iterator[Mention]:
    """Yield what a sentence mentions; a clause with words such as “not yet” says nothing for or against."""
    words = tokens(sentence)
    quote = sentence if len(sentence) <= LONGEST_QUOTE else f"{sentence[: LONGEST_QUOTE - 1]}…"
    for clause in _clauses(words, list(_entries(words, known, longest))):
        if any(entry.kind == "soft" for entry in clause):
            continue
        begins = _where_cues_begin(clause, words)
        for term, is_excluded in _terms_of(clause):
            cues = frozenset(cue for cue, at in begins.items() if at < term.at)
            yield Mention(term.kind, term.codes, is_excluded, cues, quote)


def _where_cues_begin(clause: list[Found], words: list[str]) -> dict[str, int]:
    """Return from which word on each cue counts: from where it stands, or in Urdu for the whole clause."""
    begins: dict[str, int] = {}
    for entry in clause:
        if entry.kind in CUES:
            at = -1 if URDU.match(words[entry.at]) else entry.at
            begins[entry.kind] = min(at, begins.get(entry.kind, at))
    return begins


def _entries(words: list[str], known: Words, longest: int) -> Iterator[Found]:
    at = 0
    while at < len(words):
        for end in range(min(at + longest, len(words)), at, -1):
            if entry := known.get(tuple(words[at:end])):
                yield Found(*entry, at, end)
                at = end
                break
        else:
            at += 1


def _clauses(words: list[str], entries: list[Found]) -> list[list[Found]]:
    clauses: list[list[Found]] = [[]]
    for each, following in pairwise([*entries, Found("", (), len(words), len(words))]):
        if each.kind == "stop":
            clauses.append([])
            continue
        clauses[-1].append(each)
        if each.kind == "after" and COMMAS & {*words[each.end : following.at]}:
            clauses.append([])
    return clauses


def _terms_of(clause: list[Found]) -> list[tuple[Found, bool]]:
    last = max((entry.at for entry in clause if entry.codes), default=0)
    before = [entry.kind == "before" or (entry.kind == "either" and entry.at < last) for entry in clause]
    behind = [entry.kind == "after" or (entry.kind == "either" and entry.at > last) for entry in clause]
    forwards, backwards = _negated(clause, before), _negated(clause[::-1], behind[::-1])
    return [(term, forwards[term] != backwards[term]) for term in forwards]


def _negated(clause: list[Found], triggers: list[bool]) -> dict[Found, bool]:
    found: dict[Found, bool] = {}
    is_negated = follows_a_negation = False
    for each, is_trigger in zip(clause, triggers, strict=True):
        if is_trigger:
            is_negated = not (follows_a_negation and is_negated)
            follows_a_negation = True
        elif each.codes:
            found[each] = is_negated
            follows_a_negation = False
    return found
