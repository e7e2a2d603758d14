"""Rules for text that people type: one spelling for one word, and nothing that hides."""

import re
import unicodedata
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

ZWNJ, ZWJ = "\u200c", "\u200d"
BIDI_CONTROLS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# Letters, marks and symbols that draw nothing: Hangul fillers, Braille blank, object replacement …
BLANK_LETTERS = frozenset(
    "\u115f\u1160\u17b4\u17b5\u3164\uffa0\u2800\u034f\u180b\u180c\u180d\u180e\u180f\ufffc\U00016fe4\U0001d159\U00013441\U00013442"
)
HAN_PUNCTUATION = re.compile("([，！？；：（）])")  # of which NFKC makes marks of Latin texts
LINE_ENDS = frozenset("\n\r\t")
UNSEEN = frozenset({"Cc", "Cf", "Co", "Cn", "Cs", "Zl", "Zp"})
# Signs that Unicode calls formatting although they are drawn: the Arabic signs of number, year and verse.
DRAWN_FORMATS = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u08e2")
# Chinese characters newer than Python's Unicode tables (extensions H, I and J).
NEW_HAN = ((0x2EBF0, 0x2EE5D), (0x31350, 0x323AF), (0x323B0, 0x3347F))
# What mail programs make a link of: an address of a page, of a mail, or a name like example.com.
LINK = re.compile(r"@|://|\bwww\.|\w\w[.。]\w\w", re.IGNORECASE)
LONGEST = 10_000  # characters that anything here looks at; the longest field takes 1,000
MOST_MARKS = 4  # on one letter; fully vowelled Urdu needs three

# Arabic letters that Urdu writes differently.
URDU_SPELLINGS = str.maketrans("يكىةهھۂەڪ", "یکیہہہہہک")
# Latin letters that are taken for each other, once all are small.
LATIN_LOOKALIKES = str.maketrans({"i": "l", "m": "rn", "w": "vv"})
DIGITS_IN_WORDS = re.compile("(?<=[a-z])[01]+(?=[a-z])")
LATIN_VARIANT = re.compile(
    r"LATIN (?:SMALL LETTER|LETTER SMALL CAPITAL|SMALL LETTER SCRIPT) ([A-Z])(?: WITH .*)?"
)
# Beside letters, digits and their marks, what stands in names of companies written in Latin letters.
LATIN_SIGNS = frozenset(" !\"#$%&'()*+,-./:;?@_‘’“”–—·•°…")
LEGAL_ENDINGS = re.compile("(股份有限公司|有限责任公司|有限公司|集团|公司)$")


def refuse_long(text: str, most: int | None = None) -> None:
    """Refuse a text that cannot be right before anything walks through it letter by letter.

    Raises:
        ValidationError: with code `max_length`.
    """
    if len(text) > (LONGEST if most is None else min(4 * most, LONGEST)):
        raise ValidationError(
            _("Use at most %(limit_value)d characters. You have used %(show_value)d."),
            code="max_length",
            params={"limit_value": most or LONGEST, "show_value": len(text)},
        )


def normalize(text: str) -> str:
    """Return `text` in NFKC with runs of blanks on each line made single and the ends stripped.

    Raises:
        ValidationError: if the text is longer than any field.
    """
    refuse_long(text)
    return _tidy_lines(unicodedata.normalize("NFKC", text))


def tidy(text: str) -> str:
    """Return prose in NFC, each line without needless blanks.

    Raises:
        ValidationError: if the text is longer than any field.
    """
    refuse_long(text)
    return _tidy_lines(unicodedata.normalize("NFC", text))


def one_line(text: str) -> str:
    """Return `text` in NFKC on one line; a Chinese one keeps its punctuation as typed.

    Raises:
        ValidationError: if the text is longer than any field.
    """
    line = normalize(text)
    if language_of(line) == "zh":
        pieces = []
        for part in HAN_PUNCTUATION.split(text):
            if not HAN_PUNCTUATION.match(part):
                part = unicodedata.normalize("NFKC", part)
            pieces.append(part)
        line = _tidy_lines("".join(pieces))
    return " ".join(line.split())


def _tidy_lines(text: str) -> str:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ").split("\n")
    return "\n".join(re.sub(" +", " ", line).strip(" ") for line in lines).strip("\n")


def joins_arabic_letters(text: str, index: int) -> bool:
    """Tell whether the joiner at `index` is between two Arabic-script letters."""
    last = index - 1
    while last >= 0 and unicodedata.category(text[last]) == "Mn":
        last -= 1
    around = text[max(last, 0) : last + 1] + text[index + 1 : index + 2]
    return len(around) == 2 and all(unicodedata.name(char, "").startswith("ARABIC LETTER") for char in around)


def is_han(char: str) -> bool:
    if any(first <= ord(char) <= last for first, last in NEW_HAN):
        return True
    return unicodedata.name(char, "").startswith(("CJK UNIFIED", "CJK COMPATIBILITY", "IDEOGRAPHIC NUMBER"))


def selects_variant(text: str, index: int) -> bool:
    before = text[index - 1 : index]
    return bool(before) and (is_han(before) or unicodedata.category(before)[0] in "SN" or before in "#*‼⁉")


def is_hidden(text: str, index: int) -> bool:
    char = text[index]
    if char.isalnum():  # nearly all: letters and digits are drawn, but for these few
        return char in BLANK_LETTERS
    if char in (ZWNJ, ZWJ):
        return not joins_arabic_letters(text, index)
    if "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef":
        return not selects_variant(text, index)
    if char in LINE_ENDS or char in DRAWN_FORMATS or is_han(char):
        return False
    return char in BLANK_LETTERS or unicodedata.category(char) in UNSEEN


def validate_visible(text: str) -> None:
    """Refuse direction controls and invisible characters; name the code point that was found.

    Raises:
        ValidationError: with code `max_length`, `bidi`, `invisible` or `marks`.
    """
    refuse_long(text)
    if text.isascii() and text.isprintable():
        return
    for index, char in enumerate(text):
        if char in BIDI_CONTROLS:
            raise ValidationError(
                _("Remove the text-direction control character U+%(code)s: it can disguise a name."),
                code="bidi",
                params={"code": f"{ord(char):04X}"},
            )
        if is_hidden(text, index):
            raise ValidationError(
                _("Remove the invisible character U+%(code)s."),
                code="invisible",
                params={"code": f"{ord(char):04X}"},
            )
    validate_marks(text)


def validate_marks(text: str) -> None:
    """Refuse towers of marks on one letter, and marks on no letter.

    Raises:
        ValidationError: with code `marks`.
    """
    run = MOST_MARKS if text else 0
    for char in text:
        is_mark = unicodedata.category(char) in {"Mn", "Me"} and not "\ufe00" <= char <= "\ufe0f"
        run = run + 1 if is_mark else 0
        if run > MOST_MARKS:
            raise ValidationError(
                _("Remove the accent marks that are not attached to a letter."), code="marks"
            )


def validate_name(text: str) -> None:
    """Refuse a name without a letter or a digit.

    Raises:
        ValidationError: with code `wordless`.
    """
    if text and not any(char.isalnum() for char in text):
        raise ValidationError(_("Write a name with at least one letter or digit."), code="wordless")


def validate_unlinked(text: str) -> None:
    """Refuse an address in the name of a person.

    Raises:
        ValidationError: with code `link`.
    """
    if LINK.search(text):
        raise ValidationError(_("Write your name only, without a web or email address."), code="link")


WHATSAPP = re.compile(r"(?:\+|00)[1-9]\d{7,14}", re.ASCII)
WECHAT = re.compile(r"[A-Za-z][A-Za-z0-9_-]{5,19}", re.ASCII)


def whatsapp_digits(text: str) -> str:
    """Return a number with its country code as WhatsApp's links have it; empty for what is none."""
    number = re.sub(r"[\s().-]", "", text)
    return number.lstrip("+0") if WHATSAPP.fullmatch(number) else ""


def validate_whatsapp(text: str) -> None:
    """Refuse what is no telephone number with a country code.

    Raises:
        ValidationError: with code `whatsapp`.
    """
    if not whatsapp_digits(text):
        raise ValidationError(
            _("Write the number with its country code, such as +92 300 1234567."), code="whatsapp"
        )


def validate_wechat(text: str) -> None:
    """Refuse what WeChat does not allow as an ID.

    Raises:
        ValidationError: with code `wechat`.
    """
    if not WECHAT.fullmatch(text):
        raise ValidationError(
            _("A WeChat ID has 6 to 20 letters, digits, “_” or “-”, and begins with a letter."), code="wechat"
        )


# After these a mail program's link goes on: the dot of a domain, the sign of an address, a scheme's colon,
# the first of the two strokes before the name of a machine.
IN_LINKS = re.compile(r"(?<=\S)(?:[.\u3002\uff0e\uff61](?=[^\W\d_])|@(?=\S))|(?<=[^\W\d_]):(?=\S)|\\(?=\\)")


def unlinked(text: str) -> str:
    """Return a text for a mail so that no mail program makes a link of it, except of our own pages."""
    own_address = re.compile(
        re.escape(str(settings.SITE_URL).rstrip("/")) + r"/[\w/?=&-]*", re.ASCII
    )  # no dots

    def apart(word: re.Match[str]) -> str:
        return word[0] if own_address.fullmatch(word[0]) else IN_LINKS.sub("\\g<0>\u200b", word[0])

    return re.sub(r"\S+", apart, text)


def is_latin(char: str) -> bool:
    if char.isalpha():
        return unicodedata.name(char, "").startswith(("LATIN", "MODIFIER LETTER", "FEMININE", "MASCULINE"))
    is_mark = unicodedata.category(char) == "Mn"
    return is_mark or (char.isascii() and char.isdigit()) or char in LATIN_SIGNS


def validate_latin(text: str) -> None:
    """Refuse letters, digits and signs of other scripts in a name that is meant to be read in Latin letters.

    Raises:
        ValidationError: with code `script`.
    """
    for char in text:
        if not is_latin(char) and unicodedata.category(char) not in UNSEEN:
            raise ValidationError(
                _("Use Latin letters here (A–Z). “%(letter)s” is not one."),
                code="script",
                params={"letter": char},
            )


def validate_han(text: str) -> None:
    """Refuse a Chinese name without a Chinese character.

    Raises:
        ValidationError: with code `script`.
    """
    if text and not any(map(is_han, text)):
        raise ValidationError(_("Write this name in Chinese characters."), code="script")


def validate_urdu(text: str) -> None:
    """Refuse an Urdu name without a letter of the Arabic script.

    Raises:
        ValidationError: with code `script`.
    """
    if text and not any(unicodedata.name(char, "").startswith("ARABIC LETTER") for char in text):
        raise ValidationError(_("Write this name in Urdu letters."), code="script")


def read_lookalikes() -> dict[str, str]:
    lookalikes = {}
    text = (Path(__file__).parent / "data" / "lookalikes.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        code, like = line.partition("#")[0].split(";")
        letters = [chr(int(number, 16)) for number in like.split()]
        lookalikes[chr(int(code, 16))] = "".join(letters)
    return lookalikes


LOOKALIKES = read_lookalikes()


def drawn_as(char: str) -> str:
    """Return the letters that `char` looks like.

    By Unicode's table, else by its name; itself if like none.
    """
    if char.isascii() or char in LOOKALIKES:
        return LOOKALIKES.get(char, char)
    name = unicodedata.name(char, "")
    if name.startswith("MODIFIER LETTER") or name == "ARABIC TATWEEL":
        return ""
    variant = LATIN_VARIANT.fullmatch(name)
    return variant[1].lower() if variant else char


def bare(text: str) -> str:
    """Return `text` without case, accents and vowel marks, lookalike letters made one."""
    letters = unicodedata.normalize("NFKD", text.casefold()).translate(URDU_SPELLINGS)
    drawn = "".join(map(drawn_as, letters))
    drawn = "".join(char for char in drawn if unicodedata.category(char) not in {"Mn", "Me", "Cf"})
    read = DIGITS_IN_WORDS.sub(lambda found: found[0].replace("0", "o").replace("1", "l"), drawn)
    return read.translate(LATIN_LOOKALIKES)


LEGAL_WORDS = frozenset(map(bare, (
    "pvt", "private", "limited", "ltd", "llc", "llp", "inc", "co", "company", "corp", "plc", "gmbh",
    "پرائیویٹ", "پرائیوٹ", "لمیٹڈ", "لمیٹیڈ", "کمپنی",
)))  # fmt: skip


def name_key(name: str) -> str:
    """Return the skeleton of a name: two names that look alike on paper have the same one."""
    return _skeleton(_words(name))


def skeletons(name: str) -> tuple[str, ...]:
    """Return the skeletons of a name, in order and sorted. Two names are alike if they share one."""
    words = _words(name)
    return tuple(dict.fromkeys(filter(None, (_skeleton(words), _skeleton(sorted(words))))))


def _words(name: str) -> list[str]:
    words = [word for word in re.split(r"[\W_]+", bare(one_line(name))) if word]
    return [word for word in words if word not in LEGAL_WORDS] or words


def _skeleton(words: list[str]) -> str:
    letters = LEGAL_ENDINGS.sub("", "".join(char for word in words for char in word if char.isalpha()))
    return (letters or "".join(words))[:120]


def name_keys(*names: str) -> str:
    """Return the skeletons of a company's names as one searchable text: `|first|second|`."""
    keys = dict.fromkeys(key for name in names for key in skeletons(name))
    return f"|{'|'.join(keys)}|" if keys else ""


def language_of(text: str) -> str:
    """Return the language of a text by its letters, empty where it has none."""
    text = str(text)
    if text.isascii():  # most texts; to name their letters takes long
        has_letters = any(char.isalpha() for char in text)
        return "en" if has_letters else ""
    letters = [unicodedata.name(char, "").partition(" ")[0] for char in text if char.isalpha()]
    if not letters:
        return ""
    if letters.count("ARABIC") * 2 > len(letters):
        return "ur"
    # A Chinese character says as much as several letters.
    return "zh" if letters.count("CJK") * 4 > len(letters) else "en"
