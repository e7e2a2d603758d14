"""Uploaded files: recognised by their first bytes, rewritten in a limited process."""

import json
import signal
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path

from profiles.choices import FileFault, FileKind
from profiles.integrations.file_checker.budget import MOST_UNPACKED

ROOT = Path(__file__).resolve().parent.parent.parent
CHECKER = "profiles.integrations.file_checker"
SECONDS = 120  # after which a busy machine gets no more time; the process has 10 of processor time
SIGXCPU = -signal.SIGXCPU
# How a library that draws ends the process when a page asks for more than there is.
CRASHES = [-signal.SIGABRT, -signal.SIGTRAP, -signal.SIGILL, -signal.SIGSEGV, -signal.SIGBUS]
HEAVY = "heavy"
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
    done = _run(kind, *([longest_edge] if longest_edge else []), content=content)
    if done.returncode == SIGXCPU:
        return Verdict(b"", FileFault.LARGE, MOST_UNPACKED, 10_000, 0)
    verdict = _answer(done)
    return replace(verdict, fault=FileFault(verdict.fault)) if verdict.fault else verdict


@dataclass(frozen=True)
class DrawnPage:
    image: bytes  # JPEG
    width: int
    height: int
    text: str
    missing: list[str]  # what it should show and does not, in words of the library


@dataclass(frozen=True)
class DrawnPages:
    fault: str
    total: int = 0  # pages of the deck
    pages: tuple[DrawnPage, ...] = ()


def draw_pages(kind: str, content: bytes, *, first: int, most: int) -> DrawnPages:
    """Draw some pages of a checked PDF or presentation, from `first` on, which begins at 1.

    Raises:
        NotCheckedError: if the process has ended without a word.
    """
    done = _run(f"deck-{kind}", first, most, content=content)
    if done.returncode in (SIGXCPU, *CRASHES):
        return DrawnPages(HEAVY)
    verdict = _answer(done)
    if verdict.fault:
        return DrawnPages(verdict.fault)
    head, _end, rest = verdict.content.partition(b"\n")
    total, described = json.loads(head)
    pages, at = [], 0
    for size, *values in described:
        pages.append(DrawnPage(rest[at : at + size], *values))
        at += size
    return DrawnPages("", total, tuple(pages))


def _run(*arguments: str | int, content: bytes) -> "subprocess.CompletedProcess[bytes]":
    try:
        return subprocess.run(  # noqa: S603  our own program; the file is its input, never an argument
            [sys.executable, "-E", "-s", "-m", CHECKER, *map(str, arguments)],
            input=content,
            capture_output=True,
            timeout=SECONDS,
            check=False,
            env={},
            cwd=ROOT,
        )
    except subprocess.TimeoutExpired as error:
        raise NotCheckedError from error


def _answer(done: "subprocess.CompletedProcess[bytes]") -> Verdict:
    line, _end, rest = done.stdout.partition(b"\n")
    answer = line.decode("ascii").split()
    if done.returncode or len(answer) != 4:
        raise NotCheckedError
    fault = "" if answer[0] == "ok" else answer[0]
    return Verdict(rest, fault, *map(int, answer[1:]))
