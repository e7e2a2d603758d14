"""`manage.py load_demo`: the demonstration's fictional market and people."""

from datetime import datetime
from typing import Any

from django.core.management.base import CommandError
from django.db import transaction
from django.utils import timezone

from profiles.accounts.services import system_accounts
from profiles.imports.demo import accounts as people
from profiles.imports.demo import bulk_insert, records
from profiles.management.tables import DatabaseCommand
from profiles.models import Investor, Startup

FOUNDERS_STARTUP = records.public_id_of("startup", "paani-paimana")
PARTNERS_INVESTOR = records.public_id_of("investor", "chengsui-agritech")


@transaction.atomic
def load(at: datetime) -> tuple[int, int]:
    """Insert what is missing and touch nothing else; return how many startups and investors are new."""
    keeper, known = (
        system_accounts.system_account(system_accounts.DEMO, at=at, is_demo=True),
        records.DemoVocabulary(),
    )
    startups = records.new_startups(known, at)
    investors = records.new_investors(startups, known, at)
    if startups or investors:
        bulk_insert.store(startups, investors, by=keeper, at=at, source="demo")
    people.create_people(
        startup=Startup.objects.get(public_id=FOUNDERS_STARTUP),
        investor=Investor.objects.get(public_id=PARTNERS_INVESTOR),
        at=at,
    )
    return len(startups), len(investors)


class Command(DatabaseCommand):
    """Load 64 startups, 40 investors, their deals, and three people; all marked as demo records."""

    help = "Load the demonstration's records and accounts (safe to run again)."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load the demonstration and tell what was new."""
        try:
            startups, investors = load(timezone.now())
        except people.NotADemoError:
            raise CommandError(
                "The demo accounts have a public password: set CORRIDOR_DEMO=1 to load them."
            ) from None
        if options["verbosity"]:
            self.stdout.write(f"{startups} startups and {investors} investors are new.")
