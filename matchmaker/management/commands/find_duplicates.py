"""`manage.py find_duplicates`: compare all companies that were never compared or have changed since."""

from argparse import ArgumentParser
from math import inf
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from matchmaker.desk.duplicates.selectors import count_open
from matchmaker.desk.duplicates.services import candidates


class Command(BaseCommand):
    help = "Compare companies of one side with each other; curators decide what is found."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--all", action="store_true", help="compare every company again")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["all"]:
            candidates.forget_probes()
        done = candidates.refresh_due(at=timezone.now(), most=10**9, seconds=inf)
        self.stdout.write(f"{done} companies compared, {count_open()} possible duplicates wait.")
