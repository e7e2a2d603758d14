"""`manage.py bench_reports`: what computing the reports costs the worker, on a scratch database."""

import math
import time
import tracemalloc
from argparse import ArgumentParser
from datetime import datetime, timedelta
from random import Random
from typing import Any

import numpy as np
from django.core.management import call_command
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from matchmaker.choices import Side
from matchmaker.desk.reports import services
from matchmaker.desk.reports.selectors import pages
from matchmaker.desk.reports.selectors.funnel import Market
from matchmaker.desk.reports.selectors.pages import COMPUTED
from matchmaker.integrations.dispatch import breaker
from matchmaker.management.figures import FiguresCommand, as_lines
from matchmaker.matching.ranking.selectors import stored_lists
from matchmaker.models.introduction import Introduction, IntroductionAct, IntroductionState, IntroductionStep
from matchmaker.models.meeting import Meeting, MeetingState
from matchmaker.models.ranking import Ranking
from profiles.choices import ReviewOutcome, Role, Status
from profiles.models import Deal, Investor, Place, Review, Sector, Stage, Startup, User

BATCH = 5000
DAYS = 700  # over which everything happens
GROUP = {"by": "sector", "key": "AGR"}
READ: tuple[tuple[str, dict[str, str]], ...] = (
    ("funnel", {"step": "requested", "of": "records", **GROUP}),
    ("funnel", {"step": "agreed", "of": "both", **GROUP}),
    ("exposure", {"by": "place", "key": "PK-PB", "what": "unseen"}),
)
S = IntroductionState


class Command(FiguresCommand):
    help = "Measure seconds and memory of computing the reports, and of reading rows behind a figure."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--startups", type=int, default=20_000)
        parser.add_argument("--investors", type=int, default=4_000)
        parser.add_argument("--requests", type=int, default=200_000)

    def handle(self, *args: Any, **options: Any) -> None:
        database = connection.settings_dict["NAME"]
        breaker.until = math.inf  # no worker looks at a scratch database
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        try:
            call_command("load_tables", verbosity=0)
            fill(options["startups"], options["investors"], options["requests"])
            self.show(measured(), options, as_lines)
        finally:
            connection.creation.destroy_test_db(database, verbosity=0)


def measured() -> dict[str, Any]:
    at = timezone.now()
    market, seconds = Market(at), dict[str, Any]()
    for compute in COMPUTED:
        begun = time.process_time()
        list(compute(market))
        seconds[f"{compute.__name__}, CPU s"] = round(time.process_time() - begun, 2)
    services.request(by=None, at=at)
    begun = time.perf_counter()
    services.work(at=at)
    seconds["all, stored, s"] = round(time.perf_counter() - begun, 2)
    tracemalloc.start()
    for compute in COMPUTED:
        list(compute(Market(at)))
    seconds["memory at most, MB"] = tracemalloc.get_traced_memory()[1] >> 20
    tracemalloc.stop()
    reverse("report", args=["funnel"])  # loads the addresses, which is no part of reading
    for code, query in READ:
        started = time.perf_counter(), time.process_time()
        pages.rows_page(pages.REPORTS[code], query)
        clock, cpu = time.perf_counter() - started[0], time.process_time() - started[1]
        name = f"rows of {code} {query.get('step', query.get('what'))}, s (CPU s)"
        seconds[name] = f"{clock:.2f} ({cpu:.2f})"
    return {"database": connection.vendor, **seconds}


def fill(startups: int, investors: int, requests: int) -> None:
    chance = Random(1)  # noqa: S311  the same market each time
    end = timezone.now()
    curator = User.objects.create_user("curator@example.com", role=Role.CURATOR)
    ours = _profiles(startups, investors, chance, end)
    _reviews(ours, chance, end, curator)
    _lists(ours)
    pairs = list({(chance.choice(ours[0]), chance.choice(ours[1])) for _each in range(requests)})
    _introductions(pairs, chance, end, curator)
    _deals(pairs, chance, end)


def _moment(chance: Random, end: datetime) -> datetime:
    return end - timedelta(days=chance.uniform(1, DAYS))


def _profiles(startups: int, investors: int, chance: Random, end: datetime) -> tuple[list[int], list[int]]:
    sectors, places, stages = list(Sector.objects.all()), list(Place.objects.all()), list(Stage.objects.all())
    approved = {"status": Status.APPROVED, "matching_consent": True, "submitted_at": end, "reviewed_at": end}
    Startup.objects.bulk_create(
        (
            Startup(
                name_en=f"Startup {number}",
                primary_sector=chance.choice(sectors),
                place=chance.choice(places),
                stage=chance.choice(stages),
                women_led=chance.choice([True, False, None]),
                **approved,
            )
            for number in range(startups)
        ),
        batch_size=BATCH,
    )
    made = (Investor(name_en=f"Partner {number}", **approved) for number in range(investors))
    Investor.objects.bulk_create(made, batch_size=BATCH)
    keys = [list(model.objects.values_list("pk", flat=True)) for model in (Startup, Investor)]
    return keys[0], keys[1]


def _reviews(ours: tuple[list[int], list[int]], chance: Random, end: datetime, curator: User) -> None:
    def rows() -> Any:
        for side, pks in zip(Side, ours, strict=True):
            for pk in pks:
                at = _moment(chance, end)
                since = at - timedelta(hours=chance.expovariate(1 / 20))
                values = {"outcome": ReviewOutcome.APPROVED, "decided_by": curator, "decided_at": at}
                yield Review(**{f"{side}_id": pk}, **values, waited_since=since)

    Review.objects.bulk_create(rows(), batch_size=BATCH)


def _lists(ours: tuple[list[int], list[int]]) -> None:
    size, numbers = stored_lists.STORED, np.random.default_rng(1)
    versions = {
        "weights_version": 1,
        "market_version": 1,
        "engine_version": "x",
        "computed_at": timezone.now(),
    }

    def rows() -> Any:
        for side, pks, others in ((Side.STARTUP, *ours), (Side.INVESTOR, *ours[::-1])):
            entries = np.zeros((1, size), stored_lists.ENTRY)
            for pk in pks:
                entries["counterpart"] = numbers.choice(others, size)
                header = np.zeros(1, stored_lists.HEADER)
                (packed,) = stored_lists.pack_all(header, entries, np.array([size]))
                yield Ranking(side=side, profile_id=pk, entries=packed, size=size, **versions)

    Ranking.objects.bulk_create(rows(), batch_size=1000)


def _introductions(pairs: list[tuple[int, int]], chance: Random, end: datetime, by: User) -> None:
    def requests() -> Any:
        for startup, investor in pairs:
            asked = _moment(chance, end)
            answered = asked + timedelta(days=chance.expovariate(1 / 7))
            state = chance.choice([S.DECLINED, S.DECLINED, S.EXPIRED, S.MUTUAL])
            yield Introduction(
                startup_id=startup,
                investor_id=investor,
                asked_by=chance.choice([Side.STARTUP, Side.INVESTOR]),
                by=by,
                state=state,
                asked_at=asked,
                delivered_at=asked,
                due_at=asked + timedelta(days=14),
                answered_at=None if state == S.EXPIRED else answered,
                ended_at=None if state == S.MUTUAL else answered,
            )

    Introduction.objects.bulk_create(requests(), batch_size=BATCH)
    agreed = list(Introduction.objects.filter(state=S.MUTUAL).only("pk", "asked_by", "answered_at"))
    moved = {"act": IntroductionAct.ACCEPT, "source": S.ASKED, "target": S.MUTUAL, "by": by}
    IntroductionStep.objects.bulk_create(
        (
            IntroductionStep(introduction=one, side=one.asked_side, at=one.answered_at or end, **moved)
            for one in agreed
        ),
        batch_size=BATCH,
    )
    hour = timedelta(hours=1)
    Meeting.objects.bulk_create(
        (
            Meeting(
                introduction=one,
                state=MeetingState.OVER,
                proposed_by=Side.STARTUP,
                starts_at=(one.answered_at or end) + hour,
                ends_at=(one.answered_at or end) + 2 * hour,
                ended_at=end,
            )
            for one in agreed[::2]
        ),
        batch_size=BATCH,
    )


def _deals(pairs: list[tuple[int, int]], chance: Random, end: datetime) -> None:
    sectors = list(Sector.objects.all())
    Deal.objects.bulk_create(
        (
            Deal(
                investor_id=investor,
                startup_id=startup,
                closed_on=_moment(chance, end).date(),
                sector=chance.choice(sectors),
                amount_usd=chance.randint(10_000, 2_000_000),
            )
            for startup, investor in pairs[::20]
        ),
        batch_size=BATCH,
    )
