"""When two names may be the same across scripts and spellings: generous, because a person decides.

A name becomes a set of tokens: of words in Latin and Arabic letters only the consonants, in one spelling for
both scripts; of Chinese the whole run of characters. Two names resemble each other when every token of the
shorter one stands in the longer one; a single word only where it is the whole of both.
"""

import re
import unicodedata

from profiles.validators import LEGAL_ENDINGS, LEGAL_WORDS

FEWEST_WORDS, LONE_WORD, FEWEST_HAN = 2, 4, 3  # a lone word needs four consonants
# Letters of one sound in a row, and that sound; what is not here (vowels, h, w, y) is silent.
ARABIC_SOUNDS = {
    "ب": "b", "پ": "p", "تٹط": "t", "ثسشص": "s", "ج": "j", "چ": "c", "خقكک": "k", "دڈ": "d", "ذزژضظ": "z",
    "رڑ": "r", "غگ": "g", "ف": "f", "ل": "l", "م": "m", "نں": "n",
}  # fmt: skip
ARABIC = str.maketrans({letter: sound for letters, sound in ARABIC_SOUNDS.items() for letter in letters})
DIGRAPHS = (("sh", "s"), ("ch", "\0"), ("kh", "k"), ("gh", "g"), ("ph", "f"), ("th", "t"), ("zh", "z"))
LATIN = str.maketrans({"c": "k", "q": "k", "x": "ks", "\0": "c"})
SILENT = re.compile("[aeiouywvh]")
HAN = re.compile("[\u3400-\u9fff]+")
WORD = re.compile(r"[^\W\d_]+")


def name_tokens(name: str) -> frozenset[str]:
    """Return the tokens of a name."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(char for char in letters if unicodedata.category(char) != "Mn")
    han = {token for run in HAN.findall(plain) if len(token := LEGAL_ENDINGS.sub("", run)) >= FEWEST_HAN}
    words = [word for word in WORD.findall(HAN.sub(" ", plain)) if word not in LEGAL_WORDS]
    return frozenset(han | {token for word in words if (token := _consonants(word))})


def resemble(one: frozenset[str], other: frozenset[str]) -> bool:
    """Tell whether two names, as tokens, may be the same."""
    shorter, longer = sorted((one, other), key=len)
    if not shorter <= longer:
        return False
    if len(shorter) >= FEWEST_WORDS or any(HAN.match(token) for token in shorter):
        return True
    return one == other and any(len(token) >= LONE_WORD for token in one)


def _consonants(word: str) -> str:
    """Return a word's consonants, doubled ones once."""
    if any("\u0600" <= char <= "\u06ff" for char in word):
        found = "".join(char for char in word.translate(ARABIC) if char.isascii() and char.isalpha())
    else:
        for two, single in DIGRAPHS:
            word = word.replace(two, single)
        found = SILENT.sub("", word.translate(LATIN))
    return re.sub(r"(.)\1+", r"\1", found)
