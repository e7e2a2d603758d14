"""`manage.py seed_market --startups N --investors M --seed S`: a large synthetic market for load and demo."""

import gc
import time
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from matchmaker.lab.demo import companies, seeded
from profiles.integrations import planner
from profiles.management.tables import DatabaseCommand
from profiles.models import Startup
from profiles.models.profile import public_id_of
from profiles.people.accounts.services import accounts


class Command(DatabaseCommand):
    help = "Make a large believable market (rank it afterwards with manage.py rank)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--startups", type=int, default=2_000)
        parser.add_argument("--investors", type=int, default=500)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--clear", action="store_true", help="remove seeded markets first")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Invented companies are for a demonstration: set CORRIDOR_DEMO=1.")
        begun, now = time.monotonic(), timezone.now()
        by = accounts.system_account(accounts.DEMO, at=now, is_demo=True)
        size = {"startups": options["startups"], "investors": options["investors"]}
        if min(size.values()) < 1:
            raise CommandError("A market has at least one startup and one investor.")
        # A million objects that all stay: looking for garbage among them took a quarter of the time.
        gc.disable()
        with transaction.atomic():
            if options["clear"]:
                companies.clear(seeded.SITE, by=by, at=now)
            if Startup.objects.filter(public_id=public_id_of("startup", f"s{options['seed']}-0")).exists():
                raise CommandError(
                    "The market of this seed is here already: add --clear, or take another seed."
                )
            startups, investors = seeded.SyntheticMarket(seed=options["seed"], at=now).make(**size)
            companies.store(startups, investors, by=by, at=now, source=f"seed {options['seed']}", agrees=())
        gc.enable()
        planner.count_rows()
        if options["verbosity"]:
            seconds = time.monotonic() - begun
            made = f"{size['startups']} startups and {size['investors']} investors"
            self.stdout.write(f"{made} in {seconds:.1f} s.")
