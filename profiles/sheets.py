"""Tables that people open in a spreadsheet: written so that no cell runs, as CSV and as XLSX."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal

from django.http import HttpResponseBase
from django.utils.text import slugify
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font

from profiles.downloads import download as file_download

Cell = str | int | float | Decimal | date | datetime | None
CSV, XLSX = "csv", "xlsx"
MOST_IN_XLSX = 5_000  # rows: a workbook of 60 columns then takes four seconds; a CSV file has no such limit
FORMATS = (CSV, XLSX)
WIDTH = 18  # of a column, in digits: a date that finds no room is shown as ####
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
# An apostrophe before a formula makes it text. One that stands there already gets another one before it, so
# that `as_written` gives back every text.
RUNS = re.compile(r"'*[=+\-@\t\r]")
GUARDED = re.compile(r"'+[=+\-@\t\r]")


class Echo:
    def write(self, line: str) -> str:
        return line


def harmless(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{text}" if RUNS.match(text) else text


def as_written(cell: str) -> str:
    return cell[1:] if GUARDED.match(cell) else cell


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    writer = csv.writer(Echo())
    yield "\ufeff" + writer.writerow([harmless(name) for name in header])
    for row in rows:
        yield writer.writerow([_plain(cell) for cell in row])


def _plain(cell: Cell) -> str:
    if isinstance(cell, str):
        return harmless(cell)
    if isinstance(cell, date):
        return cell.isoformat()
    return "" if cell is None else str(cell)


def xlsx(title: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(re.sub(r"[\\/*?:\[\]]", " ", title)[:31])
    sheet.freeze_panes = "A2"
    sheet.sheet_format.defaultColWidth = WIDTH
    sheet.append([_typed(sheet, name, is_bold=True) for name in header])
    for row in rows:
        sheet.append([_typed(sheet, cell) for cell in row])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _typed(sheet: object, value: Cell, *, is_bold: bool = False) -> object:
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    if not isinstance(value, str):
        return value
    text = ILLEGAL_CHARACTERS_RE.sub("", value)
    runs = bool(RUNS.match(text))
    if not (runs or is_bold):
        return text or None
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"
    if runs:
        cell.quotePrefix = True  # stays text when someone edits the cell
    if is_bold:
        cell.font = Font(bold=True)
    return cell


def download(
    form: str, name: str, header: Sequence[str], rows: Iterable[Sequence[Cell]], *, title: str = ""
) -> HttpResponseBase:
    """Return the answer that downloads a table: `form` is one of FORMATS, `name` the file without ending."""
    content = xlsx(title or name, header, rows) if form == XLSX else csv_lines(header, rows)
    return file_download(content, f"{slugify(name) or 'table'}.{XLSX if form == XLSX else CSV}")
