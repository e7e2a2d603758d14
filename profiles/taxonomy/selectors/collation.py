"""Sorting of names in the reader's language.

The database sorts by code points, which is wrong for Chinese and Urdu. GB 2312 lists its 3,755 common
characters by pinyin, so its bytes sort like a Chinese directory (rarer characters follow by strokes). Urdu
has letters of its own between the Arabic ones.
"""

from django.utils.translation import get_language

URDU = "اآبپتٹثجچحخدڈذرڑزژسشصضطظعغفقکگلمنںوہۂۃھءیئےۓ"
RANKS = str.maketrans({letter: chr(0x0700 + at) for at, letter in enumerate(URDU)})


def alphabetical(name: str) -> str:
    """Return a sort key for a name in the active language."""
    language = (get_language() or "en")[:2]
    if language == "zh":
        return name.encode("gb18030").decode("latin-1")
    return name.translate(RANKS) if language == "ur" else name.casefold()
