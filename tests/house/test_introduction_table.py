"""The page about introductions shows the table of the code."""

import re

from matchmaker.models.introduction_table import TRANSITIONS
from tests.house.tree import ROOT

ROW = re.compile(r"^\| (\w+) \| ([\w, –]+) \| (\w+) \| (asker|asked|either|time) \|$", re.MULTILINE)


def test_the_page_shows_every_line_of_the_table() -> None:
    page = (ROOT / "docs" / "introductions.md").read_text(encoding="utf-8")
    lines = [
        (str(line.act), ", ".join(line.sources) or "–", str(line.target), str(line.mover))
        for line in TRANSITIONS
    ]
    assert ROW.findall(page) == lines
