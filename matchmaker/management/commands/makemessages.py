"""`manage.py makemessages` with the texts of Django and allauth that we translate ourselves."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.commands import makemessages


class Command(makemessages.Command):
    def process_files(self, file_list: list[Any]) -> None:
        super().process_files(file_list)
        for folder in map(Path, settings.LOCALE_PATHS):
            texts = (folder / "third_party.pot").read_text(encoding="utf-8")
            makemessages.write_pot_file(str(folder / f"{self.domain}.pot"), texts)
