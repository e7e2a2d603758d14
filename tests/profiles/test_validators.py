"""One spelling for one word, and nothing that hides: real names pass, hostile ones do not."""

import csv
import time
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from profiles.catalogue.taxonomy.selectors.tables import DATA
from profiles.validators import (
    BIDI_CONTROLS,
    BLANK_LETTERS,
    name_key,
    name_keys,
    normalize,
    one_line,
    skeletons,
    tidy,
    unlinked,
    validate_han,
    validate_latin,
    validate_name,
    validate_unlinked,
    validate_urdu,
    validate_visible,
)

pytestmark = pytest.mark.attack

SCRIPT_RULES = {"name_en": validate_latin, "name_zh": validate_han, "name_ur": validate_urdu}


def refusal(text: str) -> str:
    """The code of the refusal, or nothing."""
    try:
        validate_visible(text)
    except ValidationError as error:
        return str(error.code)
    return ""


# --- Genuine text: everything the project ships, and more ------------------------------------------------

GENUINE = (Path(__file__).parent / "genuine_texts.txt").read_text(encoding="utf-8").splitlines()


def shipped() -> Iterator[str]:
    """Every cell of every table that the project ships."""
    for path in sorted(DATA.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                yield from filter(None, row.values())


def test_every_word_that_we_ship_passes():
    assert [text for text in shipped() if refusal(normalize(text)) or refusal(tidy(text))] == []


def test_every_name_that_we_ship_is_in_its_script():
    refused = []
    for file in ("demo_startups", "demo_investors"):
        with (DATA / f"{file}.csv").open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                for column, rule in SCRIPT_RULES.items():
                    try:
                        rule(one_line(row[column]))
                        validate_name(one_line(row[column]))
                    except ValidationError:
                        refused.append(row[column])
    assert refused == []


def test_genuine_text_passes():
    assert [text for text in GENUINE if refusal(normalize(text)) or refusal(tidy(text))] == []


# --- Hostile text: a corpus of every trick, in names of three scripts ---------------------------------------

HIDDEN = {
    "\u00ad": "soft hyphen",
    "\u200b": "zero-width space",
    "\u2060": "word joiner",
    "\ufeff": "byte order mark",
    "\u2061": "function application",
    "\u2063": "invisible separator",
    "\u206a": "inhibit swapping",
    "\ufff9": "interlinear anchor",
    "\U000e0001": "language tag",
    "\U000e0041": "tag letter",
    "\U0001d173": "begin beam",
    "\x00": "nul",
    "\x07": "bell",
    "\x1b": "escape",
    "\x7f": "delete",
    "\x85": "next line",
    "\x9b": "control sequence",
    "\u2028": "line separator",
    "\u2029": "paragraph separator",
    "\ue000": "private use",
    "\U000f0000": "private use",
    "\ufdd0": "noncharacter",
    "\u200c": "non-joiner",
    "\u200d": "joiner",
    "\ufe0f": "variation selector",
    "\U000e0100": "variation selector",
    **dict.fromkeys(sorted(BLANK_LETTERS), "blank"),
}
HOSTS = ("Al{}pha", "{}Alpha", "Alpha{}", "阿{}尔法", "ا {} لفا", "A{} B", "1{}2")


def is_genuine(hidden: str, host: str) -> bool:
    """A variant of a Chinese character or of a digit."""
    return host.startswith(("阿", "1")) and unicodedata.name(hidden, "").startswith("VARIATION")


@pytest.mark.parametrize("host", HOSTS)
def test_hidden_characters_are_refused_everywhere(host):
    for hidden in HIDDEN:
        code = refusal(host.format(hidden))
        if is_genuine(hidden, host):
            assert code == ""
        else:
            assert code == "invisible"


@pytest.mark.parametrize("host", HOSTS)
def test_direction_controls_are_refused_everywhere(host):
    assert {refusal(host.format(control)) for control in BIDI_CONTROLS} == {"bidi"}


@pytest.mark.parametrize(
    "text", ["می‌ کتاب", "‌کتاب", "کتاب‌", "ک‌‌تاب", "ک‍‌تاب", "a‌b", "کa‌ب", "۱‌۲", "👩‍🌾", "中‍文"]
)
def test_joiners_that_join_no_arabic_letters_are_refused(text):
    assert refusal(normalize(text)) == "invisible"


@pytest.mark.parametrize("text", ["\u0301abc", "Z" + "\u0335" * 5, "ب" + "\u064b" * 6, "a" + "\u20dd" * 5])
def test_towers_of_marks_are_refused(text):
    assert refusal(text) == "marks"


def test_the_refusal_names_the_code_point():
    with pytest.raises(ValidationError) as caught:
        validate_visible("pay\u202epal")
    assert caught.value.messages == [
        "Remove the text-direction control character U+202E: it can disguise a name."
    ]


LETTERS = ("Пани", "Pаani", "Ωmega", "پانی", "水", "Paani 水")
SIGNS = (
    "Paani،", "水.co", "Paani 。", "Paani「A」", "Paani ۳۶۰", "Paani ∕ Co", "→ Paani", "🌱 Paani", "<b>Paani",
)  # fmt: skip


def test_a_latin_name_has_no_letters_and_signs_of_other_scripts():
    for text in LETTERS + SIGNS:
        with pytest.raises(ValidationError):
            validate_latin(text)


@pytest.mark.parametrize(
    "text",
    ["Yahoo!", "C# & Co.", "M*Modal", "Xi’an Water (Pvt.) Ltd.", "A/B-Test +1", "O'Neil: “Nº 5”", "Z̤ia Agri"],
)
def test_a_latin_name_keeps_the_signs_of_real_names(text):
    validate_latin(text)


@pytest.mark.parametrize("text", ["…", "--", "!!!", "🌱", "( )"])
def test_a_name_has_a_letter_or_a_digit(text):
    with pytest.raises(ValidationError):
        validate_name(text)


# --- One spelling ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Paani   Paimana ", "Paani Paimana"),
        ("Ｐａａｎｉ", "Paani"),
        ("Cafe\u0301", "Café"),
        ("ﷲ", "الله"),
        ("a\u00a0b", "a b"),
        ("two\r\nlines", "two lines"),
        ("tab\there", "tab here"),
        ("①", "1"),
        ("灌溉，按季付费（试点）！ＡＢ１２", "灌溉，按季付费（试点）！AB12"),
        ("Pumps， for ＡＢ（farms）", "Pumps, for AB(farms)"),
    ],
)
def test_a_name_has_one_spelling(typed, kept):
    assert one_line(typed) == kept


def test_prose_keeps_its_chinese_punctuation_and_lines():
    assert tidy("面向农户，按季付费（试点）！\r\n  第二行 ") == "面向农户，按季付费（试点）！\n第二行"


@given(st.text())
def test_normalizing_twice_changes_nothing(text):
    assert normalize(normalize(text)) == normalize(text)
    assert one_line(one_line(text)) == one_line(text)


@given(st.text())
def test_what_passes_holds_no_direction_control_and_no_format_control(text):
    if not refusal(text):
        assert not BIDI_CONTROLS & set(text)
        assert not [
            char for char in text if unicodedata.category(char) in {"Cs", "Co"} or char in "\u200b\ufeff"
        ]


@given(st.text(alphabet=st.characters(categories=["Lu", "Ll", "Nd", "Zs", "Po", "Pd"])))
def test_plain_letters_digits_and_punctuation_always_pass(text):
    assert refusal(normalize(text)) in ("", "invisible" if set(text) & BLANK_LETTERS else "")


# --- Skeletons: which names are the same --------------------------------------------------------------------


def name_pairs() -> list[tuple[str, str, bool]]:
    """Return pairs of names, and whether they look alike."""
    with (Path(__file__).parent / "name_pairs.csv").open(encoding="utf-8", newline="") as lines:
        return [(row["one"], row["other"], row["alike"] == "yes") for row in csv.DictReader(lines)]


def test_only_names_that_look_alike_have_one_skeleton():
    wrong = [
        (one, other)
        for one, other, alike in name_pairs()
        if bool({*skeletons(one)} & {*skeletons(other)}) is not alike or not name_key(one)
    ]
    assert wrong == []


def test_a_company_is_found_by_each_of_its_names():
    assert name_keys("Paani Paimana", "", "پانی", "水尺") == "|paanlpalrnana|پانی|水尺|"
    assert name_keys("", "…") == ""


def test_no_two_names_that_we_ship_have_one_skeleton():
    for file in ("demo_startups", "demo_investors"):
        with (DATA / f"{file}.csv").open(encoding="utf-8", newline="") as lines:
            rows = list(csv.DictReader(lines))
        for column in SCRIPT_RULES:
            keys = [key for row in rows for key in skeletons(row[column])]
            assert len(set(keys)) == len(keys)


@given(st.text(max_size=120), st.text(max_size=120), st.text(max_size=120))
def test_skeletons_fit_their_column_and_stay_apart(one, two, three):
    keys = name_keys(one, two, three)
    assert len(keys) <= 800
    assert len(keys.strip("|").split("|")) <= 6


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("evil．com", "evil．\u200bcom"),  # dots that browsers read as one
        ("evil｡com", "evil｡\u200bcom"),
        (r"\\host\share", "\\\u200b\\host\\share"),
        ("https://us.example/matches/ab12/", "https://us.example/matches/ab12/"),
        ("https://us.example/x)evil.com", "https:\u200b//us.\u200bexample/x)evil.\u200bcom"),
    ],
)
def test_no_mail_program_makes_a_link_of_a_name(settings, text, kept):
    settings.SITE_URL = "https://us.example"
    assert unlinked(text) == kept


def test_a_long_name_is_read_in_a_time_like_its_length():
    begun = time.process_time()
    validate_unlinked("a" * 50_000)
    assert time.process_time() - begun < 3
