"""A spreadsheet becomes the plain words of its first sheet: no formulas, links, macros or pictures."""

import io
import json
import zipfile
from datetime import date, datetime, time, timedelta
from typing import Any

from python_calamine import CalamineWorkbook, PasswordError, SheetVisibleEnum

from profiles.integrations.file_checker.budget import Refused, budget, refuse_if

MOST_PARTS = 1_000
MOST_CELLS = 3_000_000
CHUNK = 1024 * 1024


def sheet(content: bytes) -> bytes:
    """Return the rows of the first sheet that shows any, as JSON: a list of [line, cells]."""
    _weigh(content)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    except PasswordError:
        raise Refused("locked") from None
    shown = [one.name for one in book.sheets_metadata if one.visible == SheetVisibleEnum.Visible]
    for name in shown:
        table = book.get_sheet_by_name(name)
        refuse_if(table.total_height * table.total_width > MOST_CELLS, "large")
        rows = table.to_python(skip_empty_area=False)
        filled_lines = []
        for line, row in enumerate(rows, start=1):
            cells = [_words(cell) for cell in row]
            if any(map(str.strip, cells)):
                filled_lines.append([line, cells])
        if filled_lines:
            return json.dumps(filled_lines, ensure_ascii=False).encode()
    return b"[]"


def _weigh(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        refuse_if(len(parts.infolist()) > MOST_PARTS, "large")
        for part in parts.infolist():
            refuse_if(part.flag_bits & 1, "locked")
            budget.spend(0 if part.file_size <= budget.left else part.file_size)
            with parts.open(part) as packed:
                while chunk := packed.read(CHUNK):
                    budget.spend(len(chunk))


def _words(cell: Any) -> str:
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    if isinstance(cell, (date, time)):
        return cell.isoformat()
    return str(cell) if not isinstance(cell, timedelta) else str(cell.total_seconds())
