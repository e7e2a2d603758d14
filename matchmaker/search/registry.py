"""How the index follows pilots, and what becomes of its tables."""

from functools import partial
from typing import Any

from django.db import transaction
from django.db.models.signals import post_save
from django.utils import timezone

from matchmaker.models.pilot import Pilot, PilotApplication, PilotStep
from matchmaker.search import (
    kinds,  # noqa: F401  registers itself
    services,
)
from profiles import erasure
from profiles.erasure import ABOUT_NOBODY, GOES, Decision


def index_pilot(instance: Pilot | PilotApplication | PilotStep, **_kwargs: Any) -> None:
    """Index a pilot when the transaction commits that changed it, its state, or who has a seat and is named.

    A killed process leaves it to the worker, which looks every minute.
    """
    pk = instance.pk if isinstance(instance, Pilot) else instance.pilot_id
    transaction.on_commit(partial(services.index_pilots, [pk], at=timezone.now()))


for sender in (Pilot, PilotApplication, PilotStep):
    post_save.connect(index_pilot, sender=sender, dispatch_uid=f"index_pilot_{sender.__name__}")

erasure.register(
    {
        "matchmaker.SearchEntry": Decision(GOES, because="leads to a profile or a pilot, and goes with it"),
        "matchmaker.SearchTerm": Decision(GOES, because="words of a profile in another spelling"),
        "matchmaker.SearchWord": ABOUT_NOBODY,
    },
    services.erase_company,
)
