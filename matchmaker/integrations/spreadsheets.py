"""Tables as files that spreadsheets open. Nothing in a cell is ever taken for a formula."""

import csv
from collections.abc import Iterable, Iterator
from tempfile import TemporaryFile
from typing import IO

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from profiles.sheets import Echo, harmless

MARK = "\ufeff"  # tells a spreadsheet that the letters are UTF-8


def csv_lines(rows: Iterable[list[str]]) -> Iterator[str]:
    writer = csv.writer(Echo())
    yield MARK
    for row in rows:
        yield writer.writerow(map(harmless, row))


def xlsx_file(rows: Iterable[list[str]], title: str) -> IO[bytes]:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "B2"
    for row in rows:
        sheet.append([_text_cell(sheet, value) for value in row])
    file = TemporaryFile()  # noqa: SIM115  the answer closes it
    book.save(file)
    file.seek(0)
    return file


def _text_cell(sheet: object, value: str) -> object:
    value = ILLEGAL_CHARACTERS_RE.sub("", value)
    if value == harmless(value):
        return value
    cell = WriteOnlyCell(sheet, value)
    cell.data_type, cell.quotePrefix = "s", True
    return cell
