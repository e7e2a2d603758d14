"""A text as terms: the same for what is indexed and for what is typed."""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache

from matchmaker.models.search import LONGEST_TERM

HAN = "\u3400-\u9fff\U00020000-\U0003134f"
RUNS = re.compile(f"[{HAN}]+|[^\\W_{HAN}]+")
IS_HAN = re.compile(f"[{HAN}]")
IS_URDU = re.compile("[\u0600-\u06ff]")
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
URDU_SOUNDS = {
    **dict.fromkeys("سصث", "s"),
    **dict.fromkeys("زذضظژ", "z"),
    **dict.fromkeys("تطٹ", "t"),
    **dict.fromkeys("کقخ", "k"),
    **dict.fromkeys("گغ", "g"),
    **dict.fromkeys("دڈ", "d"),
    **dict.fromkeys("رڑ", "r"),
    **dict(zip("بپجچشفلمن", "bpjcxflmn", strict=True)),
}
LATIN_SOUNDS = (("sh", "x"), ("ch", "C"), ("ck", "k"), ("ph", "f"), ("q", "k"), ("x", "ks"), ("c", "k"))
VOWELS = "aeiouwyh"


@cache
def _simplifier():  # type: ignore[no-untyped-def]
    """Return the converter to simplified characters; its tables are read when the first is met."""
    from opencc import OpenCC

    return OpenCC("t2s")


def fold(text: str) -> str:
    """Return a text in one spelling: without case, accents, vowel signs and traditional characters."""
    text = unicodedata.normalize("NFKC", text).casefold().translate(FOLDED)
    text = "".join(
        letter for letter in unicodedata.normalize("NFD", text) if not unicodedata.combining(letter)
    )
    if IS_HAN.search(text):
        text = str(_simplifier().convert(text))
    return text.translate(FOLDED)


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
    if IS_URDU.search(word):
        found = "".join(URDU_SOUNDS.get(letter, "") for letter in word)
        first = "a" if word[0] in "اعآ" else word[0] if word[0] in "ویہ" else ""
        first = {"و": "w", "ی": "y", "ہ": "h", "a": "a"}.get(first, "")
    else:
        plain = word
        for letters, one in LATIN_SOUNDS:
            plain = plain.replace(letters, one)
        plain = plain.replace("C", "c").replace("v", "w")
        first = plain[0] if plain[:1] and plain[0] in "wyh" else "a" if plain[:1] in tuple("aeiou") else ""
        found = "".join(
            letter for letter in plain if letter.isascii() and letter.isalnum() and letter not in VOWELS
        )
    found = first + re.sub(r"(.)\1+", r"\1", found)
    return SOUND + found[: LONGEST_TERM - 1] if len(found) > 1 else ""


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
