"""The check of `make translations` finds terms that are not used any more."""

import csv
import re

import pytest
from babel.messages.catalog import Catalog

from scripts import messages

OURS = [("templates/base.html", None)]


@pytest.mark.parametrize(
    ("language", "english", "text", "term"),
    [
        ("en", "Nobody sees this draft.", "", "nobody"),
        ("en", "It was %(count)s on record.", "", "on record"),
        ("zh_Hans", "A curator has answered.", "管理员已答复。", "管理员"),
        ("ur", "A curator has answered.", "منتظم نے جواب دیا۔", "منتظم"),
        ("ur", "Your company", "آپ کی کمپنی", "ادارہ"),
    ],
)
def test_a_term_to_avoid_is_found(language, english, text, term):
    catalog = Catalog()
    catalog.add(english, text, locations=OURS)
    (line,) = messages.terms_to_avoid(language, catalog)
    assert repr(term) in line


@pytest.mark.parametrize(
    ("language", "english", "text", "place"),
    [
        ("en", "No one sees this draft.", "", "templates/base.html"),
        ("en", "The recorded deal", "", "templates/base.html"),
        ("en", "We agree to be seen by those whom we chose.", "", "profiles/catalogue/consents/selectors.py"),
        ("en", "Nobody", "", "matchmaker/locale/third_party.pot"),
        ("zh_Hans", "Curators and operators", "审核员和管理员", "templates/base.html"),
        ("ur", "A holding company abroad", "بیرونِ ملک ہولڈنگ کمپنی", "templates/base.html"),
    ],
)
def test_other_texts_are_not(language, english, text, place):
    catalog = Catalog()
    catalog.add(english, text, locations=[(place, None)])
    assert messages.terms_to_avoid(language, catalog) == []


def test_the_list_can_be_read():
    assert all((messages.ROOT / path).exists() for path in messages.EXEMPT)
    with messages.AVOIDED.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    assert {row["language"] for row in rows} == {"en", *messages.LANGUAGES}
    assert all(row["avoid"] and row["use"] for row in rows)
    assert len({(row["language"], row["avoid"]) for row in rows}) == len(rows)
    for row in rows:
        re.compile(row["where"]), re.compile(row["unless"])
