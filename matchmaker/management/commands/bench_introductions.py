"""`manage.py bench_introductions`: pages and a periodic task beside very many introductions, rolled back."""

import random
import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from statistics import median, quantiles
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from matchmaker.choices import Side
from matchmaker.deals.introductions.services import deadlines, locks
from matchmaker.models.introduction import Introduction, IntroductionState
from matchmaker.models.outcome import DealKind, IntroductionOutcome, OutcomeState
from profiles.integrations import planner
from profiles.management.tables import DatabaseCommand
from profiles.models import SIDES, Membership
from profiles.people.accounts.services import accounts

PAGES = ("/home/", "/deals/", "/deals/?view=board")
ROUNDS = 40
DAYS = timedelta(days=1)
# How a year of introductions stands: most have ended, a few wait.
STATES = {"asked": 4, "queued": 3, "later": 3, "mutual": 10, "declined": 30, "expired": 35, "closed": 15}
OWN = 2_000  # of the demo people each


class Command(DatabaseCommand):
    help = "Measure pages and a periodic task beside many introductions; nothing stays."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--count", type=int, default=200_000)
        parser.add_argument("--seed", type=int, default=1)

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("This writes invented requests: it runs in a demonstration only.")
        settings.ALLOWED_HOSTS.append("testserver")
        people = list(Membership.objects.filter(user__is_demo=True).select_related("user"))
        at = timezone.now()
        with transaction.atomic():
            before = dict(self.measured(people))
            made = Introduction.objects.bulk_create(
                invented(options["count"], people, seed=options["seed"], at=at), batch_size=2_000
            )
            IntroductionOutcome.objects.bulk_create(outcomes(made, at=at), batch_size=2_000)
            planner.count_rows()
            self.stdout.write(f"{len(made):,} introductions; wall time in ms, the queries beside it")
            for name, (queries, taken) in self.measured(people):
                alone, first = before[name]
                slow = quantiles(taken, n=20)[18]
                self.stdout.write(
                    f"{name:<28} {queries:>3} queries, p50 {median(taken):6.1f}, p95 {slow:6.1f}"
                    f"   without them {alone:>3}, {median(first):6.1f}"
                )
            queued = Introduction.objects.filter(state=IntroductionState.QUEUED)
            swept = timed(lambda: deadlines.advance(at=at))
            self.stdout.write(f"{f'a task, {locks.BATCH} move up':<28} {swept:.0f} ms")
            queued.update(state=IntroductionState.EXPIRED, ended_at=at, closes_at=None)
            swept = timed(lambda: deadlines.advance(at=at))
            self.stdout.write(f"{'a task with nothing due':<28} {swept:.0f} ms")
            transaction.set_rollback(True)

    def measured(self, people: list[Membership]) -> Iterator[tuple[str, tuple[int, list[float]]]]:
        for membership in people:
            client = Client()
            client.force_login(membership.user)
            for path in PAGES:
                client.get(path)
                with CaptureQueriesContext(connection) as queries:
                    client.get(path)
                name = f"{path} of a {membership.user.role}"
                yield name, (len(queries), [timed(lambda: client.get(path)) for _round in range(ROUNDS)])  # noqa: B023  called at once


def timed(act: Callable[[], Any]) -> float:
    begun = time.perf_counter()
    act()
    return 1_000 * (time.perf_counter() - begun)


def invented(count: int, people: list[Membership], *, seed: int, at: datetime) -> Iterator[Introduction]:
    chance = random.Random(seed)  # noqa: S311  invented data, not a secret
    keys = {
        side: list(SIDES[side]._default_manager.published().order_by("pk").values_list("pk", flat=True))
        for side in Side
    }
    members = {side: {getattr(member, f"{side}_id") for member in people} for side in Side}
    seen = set(Introduction.objects.values_list("startup_id", "investor_id"))
    by = accounts.system_account(accounts.DEMO, at=at, is_demo=True)
    asked_for = [(side, pk) for side in Side for pk in members[side] if pk for _one in range(OWN)]
    for number in range(count):
        side, pk = asked_for[number] if number < len(asked_for) else (None, None)
        ends = {one: chance.choice(keys[one]) for one in Side}
        if side and pk:  # with another company each
            ends = {side: pk, side.other: keys[side.other][number % len(keys[side.other])]}
        pair = ends[Side.STARTUP], ends[Side.INVESTOR]
        if pair in seen:
            continue
        seen.add(pair)
        state = chance.choices(list(STATES), weights=list(STATES.values()))[0]
        yield introduction(pair, state, chance.randrange(1, 365), by=by, at=at)


def outcomes(made: list[Introduction], *, at: datetime) -> Iterator[IntroductionOutcome]:
    """Yield of each introduction that goes on an outcome that waits for the investor."""
    said = {"recorded_by": Side.STARTUP, "kind": DealKind.PILOT, "state": OutcomeState.RECORDED}
    for one in made:
        if one.state == IntroductionState.MUTUAL:
            yield IntroductionOutcome(introduction=one, happened_on=at.date(), words="A week", at=at, **said)


def introduction(pair: tuple[int, int], state: str, days: int, *, by: Any, at: datetime) -> Introduction:
    known = IntroductionState(state)
    asked = at - days * DAYS
    waits = state in ("asked", "queued", "later")
    return Introduction(
        startup_id=pair[0],
        investor_id=pair[1],
        asked_by=Side.STARTUP,
        state=known,
        why="Because of the field",
        by=by,
        asked_at=asked,
        delivered_at=None if state == "queued" else asked,
        answered_by=by if state in ("later", "mutual", "declined", "closed") else None,
        answered_at=asked if state in ("later", "mutual", "declined", "closed") else None,
        closes_at=at + 30 * DAYS if waits else None,
        ended_at=asked if state in ("declined", "expired", "closed") else None,
    )
