"""Checks a file, or draws pages of a deck.

`python -m profiles.integrations.file_checker KIND [NUMBER…] < FILE`. The numbers are the longest edge of a
picture; or the first page and how many.
"""

import resource
import sys
from contextlib import suppress
from pathlib import Path

from profiles.integrations.file_checker.budget import DRAWING_MEMORY, MEMORY, SECONDS, Refused, budget

DECK = "deck-"  # in front of the kind of a file whose pages are drawn


def confine(memory: int) -> None:
    for what, most, grace in (
        (resource.RLIMIT_AS, memory, 0),
        (resource.RLIMIT_CPU, SECONDS, 1),  # first SIGXCPU, which says why; a second later SIGKILL
        (resource.RLIMIT_FSIZE, 0, 0),
        (resource.RLIMIT_CORE, 0, 0),
    ):
        with suppress(ValueError):  # macOS knows no limit of addresses
            resource.setrlimit(what, (most, most + grace))


def checked(kind: str, content: bytes, *numbers: int) -> bytes:
    if kind.startswith(DECK):
        from profiles.integrations.file_checker.deck import pages

        return pages(content, kind.removeprefix(DECK), *numbers)
    if kind == "pdf":
        from profiles.integrations.file_checker.pdf import pdf

        return pdf(content)
    if kind in ("pptx", "docx", "xlsx"):
        from profiles.integrations.file_checker.office import office

        return office(content, kind)
    if kind == "csv":
        from profiles.integrations.file_checker.plain import table

        return table(content)
    if kind == "zip":
        from profiles.integrations.file_checker.archives import archive

        return archive(content, checked)
    if kind == "table":  # that a curator imports
        from profiles.integrations.file_checker.tables import sheet

        return sheet(content)
    from profiles.integrations.file_checker.pictures import picture

    return picture(content, kind.upper(), *numbers)


def verdict_on(kind: str, content: bytes, *numbers: int) -> tuple[str, bytes]:
    try:
        return "ok", checked(kind, content, *numbers)
    except Refused as why:
        return str(why), b""
    except MemoryError:
        return "large", b""
    except Exception:  # whatever a library says of a file that it cannot read
        return "damaged", b""


def kilobytes() -> int:
    with suppress(OSError):
        for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1])
    return 0


if __name__ == "__main__":
    asked, *sent_numbers = sys.argv[1:]
    confine(DRAWING_MEMORY if asked.startswith(DECK) else MEMORY)
    verdict, rest = verdict_on(asked, sys.stdin.buffer.read(), *map(int, sent_numbers))
    used = resource.getrusage(resource.RUSAGE_SELF)
    milliseconds = int((used.ru_utime + used.ru_stime) * 1000)
    sys.stdout.buffer.write(f"{verdict} {budget.unpacked} {milliseconds} {kilobytes()}\n".encode() + rest)
