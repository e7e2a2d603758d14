"""Texts: tables in which no cell runs, and drawings for machines that name no other file."""

import csv
import io
import re
import unicodedata

from profiles.integrations.file_checker.budget import Refused, budget, refuse_if

MOST_CELLS = 3_000_000
LONGEST_CELL = 32_767  # of Excel
MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f\x80-\x84\x86-\x9f]")
NUMBER = re.compile(r"[+-]?[\d.,\s%()/:-]*")
# Where a cell begins, also for a program of another country that ends cells with ";".
STARTS = re.compile(r"(^|[;\t\r\n])(\s*'*)(?=[=+\-@\t\r＝＋－＠])")


def words_of(content: bytes) -> str:
    """Return a text: UTF-8, what marks itself as UTF-16, or what Excel writes in China."""
    for mark, encoding in MARKS.items():
        if content.startswith(mark):
            return readable(content.decode(encoding))
    try:
        return readable(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return readable(content.decode("gb18030"))


def readable(text: str) -> str:
    budget.spend(len(text) * 4)
    refuse_if(CONTROL.search(text), "damaged")
    return text.removeprefix("\ufeff")


def table(content: bytes) -> bytes:
    """Return a table in which every cell is quoted and none is a formula."""
    text = words_of(content)
    refuse_if(not text.strip(), "damaged")
    csv.field_size_limit(LONGEST_CELL)
    out, cells = io.StringIO(newline=""), 0
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(text)):
        cells += len(row)
        refuse_if(cells > MOST_CELLS, "large")
        writer.writerow([harmless(cell) for cell in row])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def delimiter_of(text: str) -> str:
    line = text.lstrip().partition("\n")[0]
    return max(",;\t", key=line.count)


def harmless(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula; a number stays as it is."""
    return cell if NUMBER.fullmatch(cell) else STARTS.sub(r"\1\2'", cell)


def gerber(content: bytes) -> bytes:
    text = drawing_text(content)
    is_whole = re.match(r"\s*(?:%|G\d)", text) and "%FS" in text and re.search(r"M0?[02]\*\s*\Z", text)
    refuse_if(not is_whole, "damaged")
    refuse_if(re.search(r"%\s*IF|\*\s*IF", text), "active")
    return text.encode("ascii")


def drill(content: bytes) -> bytes:
    text = drawing_text(content)
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.lstrip().startswith(";")]
    refuse_if(not lines or lines[0] != "M48" or lines[-1] not in ("M30", "M00"), "damaged")
    return text.encode("ascii")


def step(content: bytes) -> bytes:
    """Return a body (STEP, ISO 10303-21) that refers to no document elsewhere."""
    text = drawing_text(content)
    bare = text.strip()
    is_whole = bare.startswith("ISO-10303-21;") and bare.endswith("END-ISO-10303-21;")
    refuse_if(not is_whole or "DATA" not in bare, "damaged")
    stripped = re.sub(r"'(?:[^']|'')*'|/\*.*?\*/|\s+", "", bare, flags=re.DOTALL).upper()
    refuse_if("REFERENCE;" in stripped or "DOCUMENT_FILE(" in stripped, "active")
    return text.encode("ascii")


def note(content: bytes) -> bytes:
    return words_of(content).encode()


def drawing_text(content: bytes) -> str:
    text = readable(content.decode("utf-8", "replace"))
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "replace").decode()
    if not plain.strip():
        raise Refused("damaged")
    return plain
