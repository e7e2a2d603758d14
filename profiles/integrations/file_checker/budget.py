"""What one file may cost, and how it is refused."""

import re
import zlib

MEMORY = 512 * 1024 * 1024  # bytes of addresses
DRAWING_MEMORY = 1536 * 1024 * 1024  # while pages are drawn
SECONDS = 10  # of processor time
MOST_UNPACKED = 256 * 1024 * 1024  # bytes of the whole file
MOST_ELEMENTS = 3_000_000  # of all its texts in XML
MOST_DEPTH = 200
# A link that someone has to click: a web page or an email address. No "\\", which Windows reads as "/".
WEB = re.compile(r"(?:https?://[^\s\\/]|mailto:)[^\s\\\x00-\x1f\x7f]*", re.IGNORECASE)


class Refused(Exception):  # noqa: N818  a verdict, no failure of ours
    """Why the file is not taken: damaged, locked, active, large or long."""


def refuse_if(condition: object, why: str) -> None:
    if condition:
        raise Refused(why)


def words(text: str) -> set[str]:
    return set(text.split())


class Budget:
    unpacked = elements = 0

    @property
    def left(self) -> int:
        """How many bytes may still be unpacked."""
        return MOST_UNPACKED - self.unpacked

    def spend(self, size: int) -> None:
        """Count bytes; refuse the file when they are too many."""
        self.unpacked += size
        refuse_if(self.left < 0, "large")

    def inflate(self, data: bytes) -> bytes:
        unpacked = zlib.decompressobj().decompress(data, self.left + 1)
        refuse_if(len(unpacked) > self.left, "large")
        return unpacked

    def count_element(self, depth: int) -> None:
        self.elements += 1
        refuse_if(depth > MOST_DEPTH or self.elements > MOST_ELEMENTS, "large")


budget = Budget()
