"""The field with which a form takes a file."""

import re
import unicodedata
from collections.abc import Collection
from pathlib import PurePath
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy, pgettext

from profiles.choices import FileFault, FileKind
from profiles.integrations.file_checking import STARTS, SentFile
from profiles.uploads import FILE, MB

ENDINGS = {
    "pdf": FileKind.PDF,
    "pptx": FileKind.PPTX,
    "docx": FileKind.DOCX,
    "xlsx": FileKind.XLSX,
    "csv": FileKind.CSV,
    "zip": FileKind.ZIP,
    "png": FileKind.PNG,
    "jpg": FileKind.JPEG,
    "jpeg": FileKind.JPEG,
}
LONGEST_NAME = 100
TOO_LARGE = gettext_lazy("This file is larger than {size} MB. Choose a smaller file. We have kept your text.")
UNKNOWN = gettext_lazy("We cannot accept this type of file here. Choose one of these types: %(kinds)s.")
UNSAFE = re.compile(r"[^\w .()+-]")


class SentFileField(forms.FileField):
    """A file of certain kinds. Its name and first bytes are looked at here; the worker checks the rest."""

    def __init__(self, *, kinds: Collection[FileKind], most: int = FILE, **options: Any) -> None:
        accepted = ",".join(f".{ending}" for ending, kind in ENDINGS.items() if kind in kinds)
        # A browser says at once what is too large, before it sends anything (corridor.js).
        self.most_bytes, self.too_large = most * MB, format_lazy(TOO_LARGE, size=most)
        attrs = {"accept": accepted, "data-most-bytes": self.most_bytes, "data-too-large": self.too_large}
        super().__init__(max_length=255, widget=forms.FileInput(attrs=attrs), **options)
        self.kinds = kinds

    def clean(self, data: Any, initial: Any = None) -> SentFile | None:
        sent: UploadedFile[bytes] | None = super().clean(data, initial)
        if not sent:
            return None
        if (sent.size or 0) > self.most_bytes:
            raise forms.ValidationError(str(self.too_large))
        path = PurePath(sent.name or "")
        content = sent.read()
        named = ENDINGS.get(path.suffix.lower().lstrip("."))
        starts_as = {kind for kind in self.kinds if kind in STARTS and content.startswith(STARTS[kind])}
        if not starts_as and (named != FileKind.CSV or named not in self.kinds):
            if set(self.kinds) == set(FileKind):
                raise forms.ValidationError(str(FileFault.UNKNOWN.label))
            kinds = pgettext("between the items of a list", ", ").join(str(kind.label) for kind in self.kinds)
            raise forms.ValidationError(UNKNOWN, params={"kinds": kinds})
        if named is None or (starts_as and named not in starts_as):
            raise forms.ValidationError(str(FileFault.DAMAGED.label))
        return SentFile(named, content, name_shown(path))


def name_shown(path: PurePath) -> str:
    stem = UNSAFE.sub("_", unicodedata.normalize("NFC", path.stem)).strip(" .") or "file"
    return f"{stem[:LONGEST_NAME]}{path.suffix.lower()}"
