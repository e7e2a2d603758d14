"""Uploaded files: recognised by their first bytes, rewritten in a limited process."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from profiles.choices import FileFault, FileKind
from profiles.integrations.file_checker.budget import MOST_UNPACKED

ROOT = Path(__file__).resolve().parent.parent.parent
CHECKER = "profiles.integrations.file_checker"
SECONDS = 120  # after which a busy machine gets no more time; the process has 10 of processor time
SIGXCPU = -24
STARTS = {
    FileKind.PDF: b"%PDF-",
    FileKind.PPTX: b"PK\x03\x04",
    FileKind.DOCX: b"PK\x03\x04",
    FileKind.XLSX: b"PK\x03\x04",
    FileKind.ZIP: b"PK\x03\x04",
    FileKind.PNG: b"\x89PNG\r\n\x1a\n",
    FileKind.JPEG: b"\xff\xd8\xff",
}  # a table as plain text has none


@dataclass(frozen=True)
class SentFile:
    """A file as it was sent: its kind by its name and its first bytes, and the name that readers see."""

    kind: FileKind
    content: bytes
    name: str


@dataclass(frozen=True)
class Verdict:
    content: bytes
    fault: str
    unpacked: int  # bytes
    milliseconds: int  # of processor time
    kilobytes: int  # of memory


class NotCheckedError(Exception):
    """The process was killed, or the machine gave it no time. This says nothing about the file."""


def check_file(kind: str, content: bytes, longest_edge: int | None = None) -> Verdict:
    """Write a file again; takes 0.1 to 0.3 s, of which most is the process.

    Raises:
        NotCheckedError: if the process has ended without a word.
    """
    try:
        done = subprocess.run(  # noqa: S603  our own program; the file is its input, never an argument
            [sys.executable, "-E", "-s", "-m", CHECKER, kind, *([str(longest_edge)] if longest_edge else [])],
            input=content,
            capture_output=True,
            timeout=SECONDS,
            check=False,
            env={},
            cwd=ROOT,
        )
    except subprocess.TimeoutExpired as error:
        raise NotCheckedError from error
    if done.returncode == SIGXCPU:
        return Verdict(b"", FileFault.LARGE, MOST_UNPACKED, 10_000, 0)
    line, _end, rest = done.stdout.partition(b"\n")
    answer = line.decode("ascii").split()
    if done.returncode or len(answer) != 4:
        raise NotCheckedError
    fault = "" if answer[0] == "ok" else FileFault(answer[0])
    return Verdict(rest, fault, *map(int, answer[1:]))
