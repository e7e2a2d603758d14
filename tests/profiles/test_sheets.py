"""Exported tables: no cell runs in a spreadsheet, and every text comes back as it was."""

import csv
import io
from datetime import date
from decimal import Decimal

import openpyxl
import pytest

from profiles import sheets

HOSTILE = [
    "=1+1", "+92 300", "-5", "@SUM(A1)", "\tx", "\rx", "'=1", "''=1", "'quoted'", "", "علی",
    "=cmd|' /C calc'!A0",
]  # fmt: skip


def test_a_csv_file_holds_no_formula_and_every_text_comes_back():
    lines = "".join(sheets.csv_lines(["name", "=evil"], [[text, 1] for text in HOSTILE]))
    assert lines.startswith("\ufeffname,'=evil")
    rows = list(csv.reader(io.StringIO(lines.removeprefix("\ufeff"), newline="")))[1:]
    assert not [row for row in rows if row[0].startswith(sheets.FORMULA_STARTS)]
    assert [sheets.as_written(row[0]) for row in rows] == HOSTILE


def test_numbers_and_days_of_a_csv_file_stay_what_they_are():
    (_header, row) = sheets.csv_lines(["a"], [[-5, Decimal("-1.50"), date(2026, 11, 28), None]])
    assert row == "-5,-1.50,2026-11-28,\r\n"


def test_a_workbook_holds_words_and_no_formula():
    book = openpyxl.load_workbook(io.BytesIO(sheets.xlsx("A/b", ["name"], [[text, -5] for text in HOSTILE])))
    rows = list(book.active.iter_rows(min_row=2))
    assert book.active.sheet_format.defaultColWidth >= len("2026-11-28")
    assert {cell.data_type for cell, _number in rows} <= {"s", "n", "inlineStr"}
    assert [cell.value or "" for cell, _number in rows] == HOSTILE
    assert all(cell.quotePrefix for cell, _number in rows[:6])
    assert {number.value for _cell, number in rows} == {-5}


@pytest.mark.parametrize(("form", "ending"), [("csv", "csv"), ("xlsx", "xlsx")])
def test_a_download_is_named_and_kept_by_nobody(form, ending):
    answer = sheets.download(form, "Startups in Lahore", ["a"], [["b"]])
    assert answer["Content-Disposition"] == f'attachment; filename="startups-in-lahore.{ending}"'
    assert answer["Cache-Control"] == "private, no-store"
