"""Rules for text that people type: one spelling for one word, and nothing that hides."""

import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

ZWNJ, ZWJ = "\u200c", "\u200d"
BIDI_CONTROLS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# Letters and marks that draw nothing although Unicode calls them letters (Hangul fillers, Braille blank …).
BLANK_LETTERS = frozenset("\u115f\u1160\u17b4\u17b5\u3164\uffa0\u2800\u034f\u180e")
LINE_ENDS = frozenset("\n\r\t")


def normalize(text: str) -> str:
    """Return `text` in NFKC with runs of blanks on each line made single and the ends stripped."""
    lines = unicodedata.normalize("NFKC", text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(" ".join(line.split(" ")).strip() if line.strip() else "" for line in lines).strip()


def joins_arabic_letters(text: str, index: int) -> bool:
    """Tell whether the joiner at `index` stands after an Arabic-script letter and before another one.

    A joiner may be doubled by nothing: two in a row join no letters and are refused.
    """
    around = text[index - 1 : index] + text[index + 1 : index + 2]
    return len(around) == 2 and all(unicodedata.name(char, "").startswith("ARABIC LETTER") for char in around)


def is_hidden(text: str, index: int) -> bool:
    """Tell whether the character at `index` is invisible and does no honest work there."""
    char = text[index]
    if char in (ZWNJ, ZWJ):
        return not joins_arabic_letters(text, index)
    if char in LINE_ENDS:
        return False
    return char in BLANK_LETTERS or unicodedata.category(char) in {"Cc", "Cf", "Co", "Cn", "Cs"}


def validate_visible(text: str) -> None:
    """Refuse direction controls and invisible characters; name the code point that was found.

    Raises:
        ValidationError: with code `bidi` or `invisible`.
    """
    for index, char in enumerate(text):
        if char in BIDI_CONTROLS:
            raise ValidationError(
                _("Remove the text-direction control character (U+%(code)04X): it can disguise a name."),
                code="bidi",
                params={"code": ord(char)},
            )
        if is_hidden(text, index):
            raise ValidationError(
                _("Remove the invisible character U+%(code)04X."),
                code="invisible",
                params={"code": ord(char)},
            )
