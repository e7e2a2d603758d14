"""`manage.py compilemessages` without gettext's msgfmt, which a fresh machine does not have."""

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """Compile the catalogues that changed since they were last compiled."""

    help = "Compile the translations that changed (needs no gettext)."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        for root in settings.LOCALE_PATHS:
            for source in sorted(Path(root).glob("*/LC_MESSAGES/*.po")):
                target = source.with_suffix(".mo")
                if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
                    continue
                with source.open("rb") as read, target.open("wb") as write:
                    write_mo(write, read_po(read))  # fuzzy texts stay out
                if options["verbosity"]:
                    self.stdout.write(f"Compiled {source.parent.parent.name}")
