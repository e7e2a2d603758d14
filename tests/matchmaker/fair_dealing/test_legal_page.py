"""What a lawyer is told is what people see."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from matchmaker.fair_dealing.selectors.fair_terms import TABLES

PAGE = Path(settings.BASE_DIR) / "docs" / "for-a-lawyer.md"
# What no page may say of anybody, in its English original; "security clearance" is an authority's own word.
VERDICTS = r"\b(cleared|compliant|certified|guaranteed?|risk[- ]free|legally (?:safe|sound)|we recommend)\b"


@pytest.mark.parametrize("heading", TABLES)
def test_the_tables_are_those_that_the_product_reads(heading: str) -> None:
    section = PAGE.read_text(encoding="utf-8").partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    assert [line for line in section.splitlines() if line.startswith("|")] == TABLES[heading]().splitlines()


def test_no_text_gives_a_verdict() -> None:
    texts = (settings.BASE_DIR / "matchmaker/locale/ur/LC_MESSAGES/django.po").read_text(encoding="utf-8")
    said = re.findall(r'^msgid(?:_plural)? "(.*)"', texts, re.M)
    assert len(said) > 1000
    assert [text for text in said if re.search(VERDICTS, text, re.I)] == []


def test_every_page_with_a_check_says_that_it_is_no_advice() -> None:
    pages = {"fair_dealing", "governance", "governance_check", "answer", "terms", "dependency"}
    folder = settings.BASE_DIR / "templates" / "fair_dealing"
    without = {
        name
        for name in pages
        if "_no_advice.html" not in (folder / f"{name}.html").read_text(encoding="utf-8")
    }
    assert without == set()
