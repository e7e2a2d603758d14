"""A text as terms: the same for what is indexed and for what is typed."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from matchmaker.models.search import LONGEST_TERM
from profiles.sounds import HAN, IS_HAN, IS_URDU, consonants, first_vowel, simplified

RUNS = re.compile(f"[{HAN}]+|[^\\W_{HAN}]+")
UNHEARD = re.compile("[^a-z0-9\u0600-\u06ff]")
MOST_RUNS = 400  # of one text
SOUND = "~"
# Letters that look alike or that people type for each other.
FOLDED = str.maketrans(
    {
        "ي": "ی",
        "ى": "ی",
        "ے": "ی",
        "ك": "ک",
        "ه": "ہ",
        "ة": "ہ",
        "ۃ": "ہ",
        "ھ": "ہ",
        "ں": "ن",
        "ـ": None,
        "\u200c": None,
        "\u200d": None,
        "'": None,
        "’": None,
        **{chr(0x660 + digit): str(digit) for digit in range(10)},
        **{chr(0x6F0 + digit): str(digit) for digit in range(10)},
    }
)


def fold(text: str) -> str:
    """Return a text in one spelling: without case, accents, vowel signs and traditional characters."""
    text = unicodedata.normalize("NFKC", text).casefold().translate(FOLDED)
    text = "".join(
        letter for letter in unicodedata.normalize("NFD", text) if not unicodedata.combining(letter)
    )
    return simplified(text).translate(FOLDED)


def runs(text: str) -> list[str]:
    return [_word(run) for run in RUNS.findall(text)[:MOST_RUNS]]


def _word(run: str) -> str:
    """Return a word without a plural, and without the alif that some write before an initial sin."""
    if len(run) > 3 and run.startswith("اس") and run[2] not in "اویہ":
        run = run[1:]
    elif len(run) > 4 and run.isascii() and run.endswith("ies"):
        run = run[:-3] + "y"
    elif len(run) > 3 and run.isascii() and run.endswith("s") and run[-2] not in "sui":
        run = run[:-1]
    return run[:LONGEST_TERM]


@lru_cache(maxsize=4096)
def sound(word: str) -> str:
    """Return the consonants of a word after a tilde; empty for a word that has none, or for Chinese."""
    if IS_HAN.search(word) or word.isdigit():
        return ""
    heard = first_vowel(word) + consonants(UNHEARD.sub("", word))
    return SOUND + heard[: LONGEST_TERM - 1] if len(heard) > 1 else ""


def pairs(run: str) -> list[str]:
    return [run[at : at + 2] for at in range(len(run) - 1)] or [run]


def pinyin(run: str) -> Iterator[str]:
    from pypinyin import lazy_pinyin

    syllables = lazy_pinyin(run, errors="ignore")
    for size in sorted({2, 3, 4, len(syllables)}):
        for at in range(len(syllables) - size + 1):
            yield "".join(syllables[at : at + size])[:LONGEST_TERM]


@lru_cache(maxsize=4096)
def terms_of(text: str, *, is_name: bool = False) -> frozenset[str]:
    terms: set[str] = set()
    for run in runs(fold(text)):
        if IS_HAN.match(run):
            terms.update(pairs(run))
            if is_name:
                terms.update(run)
                terms.update(pinyin(run))
        else:
            terms.add(run)
            if is_name or IS_URDU.match(run):
                terms.add(sound(run))
    return frozenset(term for term in terms if len(term) > 1 or IS_HAN.match(term) or term.isdigit())


def number_terms(text: str) -> frozenset[str]:
    whole = re.sub(r"[\W_]", "", fold(text))[:LONGEST_TERM]
    return terms_of(text) | {whole} if whole else frozenset()
