"""The page about introductions shows the tables of the code."""

import re

import pytest

from matchmaker.models.introduction_table import TRANSITIONS
from matchmaker.models.meeting_table import MEETING_LINES
from tests.house.tree import ROOT

ROW = re.compile(r"^\| (\w+) \| ([\w, –]+) \| (\w+) \| (asker|asked|other|either|time) \|$", re.MULTILINE)


@pytest.mark.parametrize(("heading", "table"), [("The table", TRANSITIONS), ("Times", MEETING_LINES)])
def test_the_page_shows_every_line_of_the_table(heading: str, table: tuple) -> None:
    page = (ROOT / "docs" / "introductions.md").read_text(encoding="utf-8")
    section = page.split(f"## {heading}\n")[1].split("\n## ")[0]
    lines = [
        (str(line.act), ", ".join(line.sources) or "–", str(line.target), str(line.mover)) for line in table
    ]
    assert ROW.findall(section) == lines
