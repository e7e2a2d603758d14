"""A market beside the demonstration, to try something on: loaded by itself, and undone afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.utils import timezone

from profiles.accounts.services import accounts
from profiles.imports.demo import records
from profiles.models import Investor, Startup


@contextmanager
def only(market: str) -> Iterator[None]:
    """Have profiles/data/<market>_startups.csv and <market>_investors.csv matched, and nobody else.

    Whatever is written meanwhile is undone. FileNotFoundError.
    """
    at = timezone.now()
    with transaction.atomic():
        for model in (Startup, Investor):
            model._default_manager.update(matching_consent=False)
        known = records.DemoVocabulary()
        startups = [records.startup_of(row, known, at) for row in records.table_rows(f"{market}_startups")]
        partners = records.table_rows(f"{market}_investors")
        keeper = accounts.system_account(accounts.DEMO, at=at, is_demo=True)
        records.store(
            startups,
            [records.investor_of(row, [], known, at) for row in partners],
            by=keeper,
            at=at,
            source=market,
        )
        yield
        transaction.set_rollback(True)
