"""How a word sounds, in Latin or Urdu letters: two spellings of one name have the same consonants."""

import re
from functools import cache
from typing import Any

HAN = "\u3400-\u9fff\U00020000-\U0003134f"
IS_HAN = re.compile(f"[{HAN}]")
IS_URDU = re.compile("[\u0600-\u06ff]")
# The sound of letters: `c` is ch, `x` is sh. All other Urdu letters are silent.
URDU_SOUNDS = {
    "ب": "b", "پ": "p", "تٹط": "t", "ثسص": "s", "ج": "j", "چ": "c", "خقكک": "k", "دڈ": "d", "ذزژضظ": "z",
    "رڑ": "r", "غگ": "g", "ف": "f", "ل": "l", "م": "m", "نں": "n", "ش": "x",
}  # fmt: skip
URDU = str.maketrans({letter: sound for letters, sound in URDU_SOUNDS.items() for letter in letters})
# Words are in small letters: a capital marks a sound until all spellings of the others are replaced.
LATIN_SOUNDS = (("sh", "X"), ("ch", "C"), ("ph", "f"), ("x", "ks"), ("q", "k"), ("c", "k"))
SILENT = re.compile("[aeiouywvh]")
DOUBLED = re.compile(r"(.)\1+")
FIRST_VOWELS = {
    **dict.fromkeys("aeiouاآع", "a"),
    **dict.fromkeys("vwو", "w"),
    **dict.fromkeys("yی", "y"),
    **dict.fromkeys("hہ", "h"),
}


def consonants(word: str, *, as_s: str = "") -> str:
    """Return the consonants of a word in small letters, each once where it is doubled.

    The sounds in `as_s` count as s: `x` (sh), `z`.
    """
    if IS_URDU.search(word):
        heard = "".join(char for char in word.translate(URDU) if char.isascii())
    else:
        heard = word
        for letters, sound in LATIN_SOUNDS:
            heard = heard.replace(letters, sound)
        heard = SILENT.sub("", heard).lower()
    for char in as_s:
        heard = heard.replace(char, "s")
    return DOUBLED.sub(r"\1", heard)


def first_vowel(word: str) -> str:
    """Return how a word begins: `a` for any vowel, `w`, `y` or `h`; empty for a consonant."""
    return FIRST_VOWELS.get(word[:1], "")


@cache
def _converter() -> Any:
    from opencc import OpenCC  # its tables are read when the first Chinese text is met

    return OpenCC("t2s")


def simplified(text: str) -> str:
    return str(_converter().convert(text)) if IS_HAN.search(text) else text
