"""A file on its way from a form to the data folder."""

from dataclasses import dataclass

from matchmaker.choices import FileKind


@dataclass(frozen=True)
class SentFile:
    """A file that was read whole and found harmless, with the name that its reader sees."""

    name: str
    kind: FileKind
    content: bytes
