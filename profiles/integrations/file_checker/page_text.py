"""The text of a PDF page in the order in which people read it."""

import re
from typing import Any

ARABIC = re.compile("[\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufeff]")
WORD = re.compile(
    "[\u0620-\u065f\u066e-\u06d3\u06d5-\u06ef\u06fa-\u06ff\ufb50-\ufdff\ufe70-\ufeff]+"
)  # no digits, no marks between words
MOST_SINGLE = 0.25  # of the words; Urdu has few words of one letter


def text_of(page: Any) -> str:
    """Return the text of a page; empty if it is Urdu that the file does not give in words.

    Some files give the letters of an Urdu word in the order in which they are drawn, left to right. Such a
    word is reversed.
    """
    from pypdfium2 import raw

    textpage = page.get_textpage()
    text = str(textpage.get_text_bounded())
    if not ARABIC.search(text):
        return text
    letters = [chr(raw.FPDFText_GetUnicode(textpage.raw, at)) for at in range(textpage.count_chars())]
    read = list(letters)
    for word in WORD.finditer("".join(letters)):
        first, last = word.start(), word.end() - 1
        if textpage.get_charbox(first)[2] < textpage.get_charbox(last)[2]:
            read[first : last + 1] = reversed(letters[first : last + 1])
    words = WORD.findall("".join(read))
    singles = sum(len(word) == 1 for word in words)
    return "" if singles > MOST_SINGLE * len(words) else "".join(read)
