"""Texts as vectors without a model: words, and the concepts of the glossary and the taxonomy in any language.

The second best: "灌溉", "آبپاشی" and "irrigation" meet because the tables say that they are one concept; what
the tables do not know meets only within one language.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray

from profiles.taxonomy.services import DATA, csv_rows

Array = NDArray[Any]

VERSION = "glossary-1"
TABLES = ("taxonomy.csv", "needs.csv", "forms.csv")
CONCEPT, WORD = 3.0, 1.0
WORDS = re.compile(r"[a-z]{3,}|[\u0600-\u06ff]{3,}|[\u3400-\u9fff]{2}")
HAN = re.compile(r"[\u3400-\u9fff]+")


def encode(texts: Sequence[str], dimensions: int) -> Array:
    """float32[k,dimensions]: unit vectors of the texts; a text without a word is zero."""
    out = np.zeros((len(texts), dimensions), np.float32)
    for row, text in enumerate(texts):
        for feature, weight in _features(text.casefold()):
            place, sign = _place(feature, dimensions)
            out[row, place] += sign * weight
    unit: Array = out / np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-9)
    return unit


def _features(text: str) -> Iterator[tuple[str, float]]:
    """Yield what a text holds: each concept once, each word or pair of Chinese characters."""
    for concept in sorted({concept for phrase, concept in _phrases() if _says(text, phrase)}):
        yield f"concept {concept}", CONCEPT
    for word in WORDS.findall(HAN.sub("", text)):
        yield word, WORD
    for run in HAN.findall(text):
        for at in range(len(run) - 1):
            yield run[at : at + 2], WORD


def _says(text: str, phrase: str) -> bool:
    """Return whether the phrase occurs; one in letters only as whole words."""
    at = text.find(phrase)
    while at >= 0:
        before, after = text[at - 1 : at], text[at + len(phrase) : at + len(phrase) + 1]
        if HAN.match(phrase) or not (before.isalpha() or after.isalpha()):
            return True
        at = text.find(phrase, at + 1)
    return False


@cache
def _phrases() -> tuple[tuple[str, str], ...]:
    """Return every phrase of the tables with its concept."""
    found = set()
    for row in csv_rows(DATA / "glossary.csv"):
        found |= {(row[language], row["key"]) for language in ("en", "zh", "ur")}
    for name in TABLES:
        for row in csv_rows(DATA / name):
            columns = [value for key, value in row.items() if key.startswith(("name_", "aliases_"))]
            found |= {(phrase, row["code"]) for value in columns for phrase in value.split("|")}
    clean = {(phrase.strip().casefold(), concept) for phrase, concept in found}
    return tuple(sorted((phrase, concept) for phrase, concept in clean if len(phrase) > 1))


@cache
def _place(feature: str, dimensions: int) -> tuple[int, int]:
    """Return where a feature goes, and its sign, the same in every process."""
    digest = int.from_bytes(blake2b(feature.encode(), digest_size=8).digest(), "little")
    return digest % dimensions, 1 if digest >> 63 else -1
