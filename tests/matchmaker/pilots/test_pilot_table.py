"""The page about pilots shows the two tables of the code."""

import re

from matchmaker.models.pilot_table import APPLICATION_LINES, PILOT_LINES
from tests.house.tree import ROOT

ROW = re.compile(r"^\| (\w+) \| ([\w, –]+) \| (\w+) \| (host|curator|applicant) \|$", re.MULTILINE)


def test_the_page_shows_every_line_of_both_tables() -> None:
    page = (ROOT / "docs" / "pilots.md").read_text(encoding="utf-8")
    lines = [
        (str(line.act), ", ".join(line.sources) or "–", str(line.target), str(line.mover))
        for line in (*PILOT_LINES, *APPLICATION_LINES)
    ]
    assert ROW.findall(page) == lines
