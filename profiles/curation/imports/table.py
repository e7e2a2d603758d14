"""Reading a CSV file or a spreadsheet strictly: every fault has a line, a column and a sentence."""

import csv
import io
import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from profiles.choices import FileFault
from profiles.integrations.file_checking import NotCheckedError, check_file
from profiles.sheets import as_written, harmless
from profiles.uploads import MB, TABLE

MOST_BYTES = TABLE * MB
MOST_ROWS = 20_000
MOST_PROBLEMS = 50
MOST_AGAIN = (
    2_000  # problems among which one is worded in the other languages too: the rows are checked again
)
# What differs between two problems of one kind: a quoted value, a name in brackets, a number.
QUOTED = re.compile(r"[“”].*?[“”]|\([^()]*\)|\d+")
MOST_LETTERS = 10_000  # of one cell; the longest field takes 1,000
MOST_IN_ROW = 1_000_000  # characters
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
ZIP_MARK = b"PK\x03\x04"
Row = tuple[int, list[str]]  # the line on which it begins, and its cells


@dataclass(frozen=True)
class Problem:
    line: int
    column: str
    message: str

    @property
    def sentence(self) -> str:
        names = {"line": self.line, "column": self.column, "message": self.message}
        if self.line and self.column:
            return _("Line %(line)s, column %(column)s: %(message)s") % names
        return _("Line %(line)s: %(message)s") % names if self.line else self.message

    def __str__(self) -> str:
        place = [f"line {self.line}"] if self.line else []
        place += [f"column {self.column}"] if self.column else []
        return f"{', '.join(place)}: {self.message}" if place else self.message


def grouped(problems: Sequence[Problem]) -> dict[int, int]:
    """Return where the first problem of each column and kind is, and how many there are of it."""
    first: dict[tuple[str, str], int] = {}
    counts: dict[int, int] = {}
    for at, problem in enumerate(problems):
        place = first.setdefault((problem.column, QUOTED.sub("", problem.message)), at)
        counts[place] = counts.get(place, 0) + 1
    return counts


def in_languages(
    problems: Sequence[Problem], language: str, again: Callable[[int], list[Problem]]
) -> list[list[Any]]:
    """Return a problem of each kind as JSON, with its words by language and the number of its rows.

    The problems were found in `language`. Of one that is found late, the words in others are left out.
    """
    counts = dict(list(grouped(problems).items())[:MOST_PROBLEMS])
    shown = [at for at in counts if at < MOST_AGAIN]
    messages: dict[int, dict[str, str]] = {at: {language: problems[at].message} for at in counts}
    for other in [code for code, _name in settings.LANGUAGES if code != language and shown]:
        with override(other):
            found = again(problems[shown[-1]].line)
        for at in shown:
            same = found[at] if at < len(found) else None  # something may have come meanwhile
            if same and (same.line, same.column) == (problems[at].line, problems[at].column):
                messages[at][other] = same.message
    return [[problems[at].line, problems[at].column, words, counts[at]] for at, words in messages.items()]


class WrongFileError(Exception):
    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(map(str, problems[:MOST_PROBLEMS])))
        self.problems = list(problems)


@dataclass
class TableLine:
    number: int
    cells: dict[str, str]
    problems: list[Problem] = field(default_factory=list)

    def refuse(self, column: str, message: str) -> None:
        self.problems.append(Problem(self.number, column, message))


def refuse(message: str, *, line: int = 0, column: str = "") -> WrongFileError:
    return WrongFileError([Problem(line, column, message)])


def read_file(path: Path, *, known: int) -> list[Row]:
    if not path.is_file():
        raise refuse(_("There is no file %(path)s.") % {"path": path})
    refuse_large(path.stat().st_size)
    return read_rows(path.read_bytes(), known=known)


def refuse_large(size: int) -> None:
    """Refuse a file of too many bytes before it is read."""
    if size > MOST_BYTES:
        raise refuse(
            _("The file is larger than %(size)s MB; split it.") % {"size": MOST_BYTES // 1024 // 1024}
        )


def read_rows(content: bytes, *, known: int) -> list[Row]:
    """Return the rows of a file that are not blank: the header, and at least one under it.

    Raises:
        WrongFileError: if it is no CSV file and no spreadsheet, or has too many rows or cells.
    """
    refuse_large(len(content))
    rows: list[Row] = []
    for line, cells in _sheet_rows(content) if content.startswith(ZIP_MARK) else _csv_rows(content):
        if not rows:
            refuse_width([cell.strip() for cell in cells], line, known)
        elif len(cells) > 2 * known:
            raise refuse(_width_fault(cells, rows[0][1]), line=line)
        rows.append((line, cells))
        if len(rows) > MOST_ROWS + 1:
            raise refuse(_("The file has more than %(most)s rows; split it.") % {"most": MOST_ROWS})
    if not rows:
        raise refuse(_("The file is empty."))
    if len(rows) == 1:
        raise refuse(_("There are no rows under the header."))
    return rows


def _sheet_rows(content: bytes) -> list[Row]:
    try:
        verdict = check_file("table", content)
    except NotCheckedError:  # it ended without a word: what it had to unpack was too much for it
        raise refuse(str(FileFault.LARGE.label)) from None
    if verdict.fault:
        raise refuse(str(FileFault(verdict.fault).label))
    # As a CSV file would have them, of which an apostrophe before a formula is no part.
    return [(line, [harmless(cell) for cell in cells]) for line, cells in json.loads(verdict.content)]


def _refuse_other_text(content: bytes) -> None:
    if content.startswith(UTF16_MARKS):
        raise refuse(_("The file is in UTF-16. Save it as CSV in UTF-8."))
    if b"\0" in content:
        raise refuse(_("The file contains null bytes, so it is not a CSV file."))
    try:
        content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise refuse(_("This is not UTF-8. Save the file as CSV in UTF-8."), line=line) from None


def _csv_rows(content: bytes) -> Iterator[Row]:
    _refuse_other_text(content)
    begins, length = 1, 0

    def lines() -> Iterator[str]:
        nonlocal length
        for text in io.TextIOWrapper(io.BytesIO(content), encoding="utf-8-sig", newline=""):
            length += len(text)
            if length > MOST_IN_ROW:
                raise refuse(
                    _("A row can have at most %(most)s characters. This row has more.")
                    % {"most": MOST_IN_ROW},
                    line=begins,
                )
            yield text

    reader = csv.reader(lines(), strict=True)
    try:
        for cells in reader:
            length = 0
            if any(cell.strip() for cell in cells):
                yield begins, cells
            begins = reader.line_num + 1
    except csv.Error as error:
        raise refuse(
            _("The file is not valid CSV after this point (%(error)s).") % {"error": error}, line=begins
        ) from None


def refuse_width(columns: Sequence[str], line: int, known: int) -> None:
    if len(columns) == 1 and any(mark in columns[0] for mark in ";\t|"):
        raise refuse(_("Separate the columns with commas."), line=line)
    if len(columns) > 2 * known:
        raise refuse(
            _("The header has %(columns)s columns; only %(known)s are known.")
            % {"columns": len(columns), "known": known},
            line=line,
        )


def lines_of(rows: Sequence[Row], columns: Sequence[str]) -> list[TableLine]:
    return [_line(number, cells, columns) for number, cells in rows[1:]]


def _width_fault(cells: Sequence[str], columns: Sequence[str]) -> str:
    names = {"cells": len(cells), "columns": len(columns)}
    return _("This row has %(cells)s cells, the header has %(columns)s.") % names


def _line(number: int, cells: list[str], columns: Sequence[str]) -> TableLine:
    """Return a row; one of the wrong length carries its problems. What begins like a formula is text here."""
    line = TableLine(number, {})
    if len(cells) != len(columns):
        line.refuse("", _width_fault(cells, columns))
    for name, cell in zip(columns, cells, strict=False):
        if not name:
            continue
        if len(cell) > MOST_LETTERS:
            line.refuse(
                name,
                _("A cell can have at most %(most)s characters. This cell has %(count)s.")
                % {"most": MOST_LETTERS, "count": len(cell)},
            )
            cell = ""
        line.cells[name] = as_written(cell).strip()
    return line
