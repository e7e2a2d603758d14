"""Files that people send: told by their first bytes, then read whole in a limited process of their own."""

import subprocess
import sys
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

PARSER = Path(__file__).with_name("file_parser.py")
SECONDS = 20  # after which nobody waits any longer; the process has 10 of processor time
SIGNATURES = {b"%PDF-": "pdf", b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpeg", b"PK\x03\x04": "pptx"}


class FileFault(StrEnum):
    """Why a file is not taken."""

    UNKNOWN = "unknown"  # no PDF, no slides, no picture
    DAMAGED = "damaged"
    LOCKED = "locked"
    ACTIVE = "active"  # runs something, carries another file, or fetches something
    LARGE = "large"  # once it is unpacked


class RefusedFileError(Exception):
    """The file is not taken."""

    def __init__(self, fault: FileFault) -> None:
        super().__init__(fault)
        self.fault = fault


@dataclass(frozen=True)
class ParsedFile:
    """A file that was read whole: "pdf", "pptx", "png" or "jpeg", and its bytes, a picture's drawn anew."""

    kind: str
    content: bytes


@dataclass(frozen=True)
class SentFile(ParsedFile):
    """The same with the name that its reader sees."""

    name: str


def parse_file(content: bytes) -> ParsedFile:
    """Read a file whole; takes 0.1 to 0.3 s, of which most is the process.

    Raises:
        RefusedFileError: for every other kind, and for what is damaged, locked, active or too large unpacked.
    """
    kind = next((kind for start, kind in SIGNATURES.items() if content.startswith(start)), "")
    if not kind:
        raise RefusedFileError(FileFault.UNKNOWN)
    try:
        done = subprocess.run(  # noqa: S603  our own program; the file is its input, never an argument
            [sys.executable, "-I", str(PARSER), kind],
            input=content,
            capture_output=True,
            timeout=SECONDS,
            check=False,
            env={},
            cwd="/",
        )
    except subprocess.TimeoutExpired as error:
        raise RefusedFileError(FileFault.LARGE) from error
    verdict, _line, rest = done.stdout.partition(b"\n")
    if verdict == b"ok" and done.returncode == 0:
        return ParsedFile(kind, rest or content)
    if verdict == b"no":
        raise RefusedFileError(FileFault(rest.decode("ascii")))
    raise RefusedFileError(FileFault.LARGE)  # it was killed at one of its limits
