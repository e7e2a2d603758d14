"""The order of names in the reader's language.

The database sorts by code points, which is no order for a Chinese or an Urdu reader. GB 2312 lists its 3,755
everyday characters by pinyin, so the bytes of that encoding are the order of a Chinese directory (the rarer
ones follow, by their strokes); Urdu has letters of its own between those of Arabic.
"""

from django.utils.translation import get_language

URDU = "اآبپتٹثجچحخدڈذرڑزژسشصضطظعغفقکگلمنںوہۂۃھءیئےۓ"
RANKS = str.maketrans({letter: chr(0x0700 + at) for at, letter in enumerate(URDU)})


def alphabetical(name: str) -> str:
    """Return a text that sorts as the name does in the active language."""
    language = (get_language() or "en")[:2]
    if language == "zh":
        return name.encode("gb18030").decode("latin-1")
    return name.translate(RANKS) if language == "ur" else name.casefold()
