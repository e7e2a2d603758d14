"""How long after the commit of an edit both sides' lists are there, with the real worker at work.

Each profile's summary is changed and changed back, so that the market ends as it was.
"""

import time
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from matchmaker.choices import Side
from matchmaker.models import RankingJob
from matchmaker.ranking.market import startup_rows, thesis_rows
from profiles.changes import services as changes
from profiles.models import Investor, Startup

PATIENCE = 30.0  # seconds until an edit counts as never seen
LOOK = 0.002  # seconds between two looks


class NoWorkerError(Exception):
    """An edit was not ranked in time: no worker runs on this database."""


@dataclass(frozen=True)
class Waited:
    """Seconds from commit to visible, over all edits."""

    edits: int
    p50: float
    p95: float
    longest: float


def measure(edits: int) -> Waited:
    """Edit published profiles of both sides one after the other, and wait for each to be seen.

    Raises:
        NoWorkerError: an edit was not seen within PATIENCE.
    """
    waited = []
    for side, profile in _profiles((edits + 1) // 2):
        before = profile.summary_en
        waited += [_wait(side, profile, f"{before} ·"[-500:]), _wait(side, profile, before)]
    waits = np.array(waited)
    p50, p95 = (float(x) for x in np.percentile(waits, [50, 95])) if len(waits) else (0.0, 0.0)
    return Waited(len(waits), p50, p95, float(waits.max(initial=0.0)))


def _profiles(count: int) -> list[tuple[Side, Startup | Investor]]:
    """Return profiles by turns from both sides."""
    startups = [(Side.STARTUP, row) for row in startup_rows.published()[:count]]
    investors = [(Side.INVESTOR, row) for row in thesis_rows.published()[:count]]
    turns: list[Any] = [profile for pair in zip(startups, investors, strict=False) for profile in pair]
    return list(islice(turns, count))


def _wait(side: Side, profile: Startup | Investor, summary: str) -> float:
    """Commit an edit and return how long it takes until its ranking is stored."""
    with transaction.atomic():
        type(profile)._default_manager.filter(pk=profile.pk).update(summary_en=summary)
        changes.notify_changed(profile, at=timezone.now())
    begun = time.perf_counter()
    done = RankingJob.objects.filter(
        side=side, profile_id=profile.pk, completed_version=F("requested_version")
    )
    while not done.exists():
        if time.perf_counter() - begun > PATIENCE:
            raise NoWorkerError
        time.sleep(LOOK)
    return time.perf_counter() - begun
