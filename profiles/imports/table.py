"""Reading a CSV file strictly: every fault has a line, a column and a sentence."""

import csv
import difflib
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

MOST_BYTES = 20 * 1024 * 1024
MOST_ROWS = 20_000
MOST_PROBLEMS = 50
MOST_LETTERS = 10_000  # of one cell; the longest field takes 1,000
LONGEST_COLUMN = 60
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True)
class Problem:
    """One thing to correct in the file. Line 1 is the header; 0 means the file as a whole."""

    line: int
    column: str
    message: str

    def __str__(self) -> str:
        place = [f"line {self.line}"] if self.line else []
        place += [f"column {self.column}"] if self.column else []
        return f"{', '.join(place)}: {self.message}" if place else self.message


class WrongFileError(Exception):
    """The file cannot be imported: `problems` says why."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(map(str, problems[:MOST_PROBLEMS])))
        self.problems = list(problems)


@dataclass
class TableLine:
    """One row of the file: its cells by column, and where it stands."""

    number: int
    cells: dict[str, str]
    problems: list[Problem] = field(default_factory=list)

    def refuse(self, column: str, message: str) -> None:
        """Note a fault of this row."""
        self.problems.append(Problem(self.number, column, message))


def refuse(message: str, *, line: int = 0, column: str = "") -> WrongFileError:
    """Return the error for a file with one fault that ends the reading."""
    return WrongFileError([Problem(line, column, message)])


def read_table(path: Path, *, known: Sequence[str], required: Sequence[str]) -> list[TableLine]:
    """Return the rows of a CSV file whose header has only `known` columns and all `required` ones.

    Raises:
        WrongFileError: with every fault of the header and of the rows' shape.
    """
    rows = _rows(_text(path))
    try:
        number, header = next(rows)
    except StopIteration:
        raise refuse("The file is empty.") from None
    columns = _header(header, number, known, required)
    lines = [_line(number, cells, columns) for number, cells in rows]
    if not lines:
        raise refuse("There are no rows under the header.")
    if len(lines) > MOST_ROWS:
        raise refuse(f"The file has {len(lines)} rows; split it into files of at most {MOST_ROWS}.")
    return lines


def _text(path: Path) -> str:
    """Return the file's text; it must be UTF-8, with or without a byte order mark."""
    if not path.is_file():
        raise refuse(f"There is no file {path}.")
    if path.stat().st_size > MOST_BYTES:
        raise refuse(f"The file is larger than {MOST_BYTES // 1024 // 1024} MB; split it.")
    content = path.read_bytes()
    if content.startswith(UTF16_MARKS):
        raise refuse("The file is in UTF-16. Save it as CSV in UTF-8.")
    if b"\0" in content:
        raise refuse("The file holds zero bytes; this is no CSV file.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise refuse("This is not UTF-8. Save the file as CSV in UTF-8.", line=line) from None


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that are not blank, each with the line on which it begins."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    begins = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield begins, cells
            begins = reader.line_num + 1
    except csv.Error as error:
        raise refuse(f"This is no valid CSV from here on ({error}).", line=begins) from None


def _header(cells: list[str], line: int, known: Sequence[str], required: Sequence[str]) -> list[str]:
    """Return the names of the columns, or refuse the header with everything that is wrong with it."""
    columns = [cell.strip() for cell in cells]
    if len(columns) == 1 and any(mark in columns[0] for mark in ";\t|"):
        raise refuse("Separate the columns with commas.", line=line)
    if len(columns) > 2 * len(known):
        raise refuse(f"The header has {len(columns)} columns; only {len(known)} are known.", line=line)
    problems = [*_unknown(columns, line, known), *_repeated(columns, line)]
    problems += [Problem(line, name, "This column is missing.") for name in required if name not in columns]
    if problems:
        raise WrongFileError(problems)
    return columns


def _unknown(columns: Iterable[str], line: int, known: Sequence[str]) -> Iterator[Problem]:
    """Yield a problem for each column that nobody knows, with the nearest one that exists."""
    for place, name in enumerate(columns, start=1):
        if not name:
            yield Problem(line, str(place), "This column has no name.")
        elif name not in known:
            near = difflib.get_close_matches(name.lower()[:LONGEST_COLUMN], known, n=1)
            hint = f" Did you mean “{near[0]}”?" if near else ""
            yield Problem(line, name[:LONGEST_COLUMN], f"There is no such column.{hint}")


def _repeated(columns: Sequence[str], line: int) -> Iterator[Problem]:
    """Yield a problem for each column that stands there twice."""
    for name, times in Counter(columns).items():
        if name and times > 1:
            yield Problem(line, name[:LONGEST_COLUMN], "This column is there twice.")


def _line(number: int, cells: list[str], columns: Sequence[str]) -> TableLine:
    """Return a row; one of the wrong length, or with a formula in it, carries its problems."""
    line = TableLine(number, dict(zip(columns, (cell.strip() for cell in cells), strict=False)))
    if len(cells) != len(columns):
        line.refuse("", f"This row has {len(cells)} cells, the header has {len(columns)}.")
    for name, cell in zip(columns, cells, strict=False):
        if len(cell) > MOST_LETTERS:
            line.refuse(name, f"A cell may hold {MOST_LETTERS} characters; this one has {len(cell)}.")
            line.cells[name] = ""
        if cell.startswith(FORMULA_STARTS):
            line.refuse(name, f"A cell may not begin with “{cell[0]}”: a spreadsheet would run it.")
    return line
