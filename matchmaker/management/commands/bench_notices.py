"""manage.py bench_notices: how long a yes takes to reach the other side's page of notices and mailbox."""

import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db.models import Exists, OuterRef
from django.utils import timezone

from matchmaker.choices import Side
from matchmaker.deals.introductions.selectors import room_of
from matchmaker.deals.introductions.services import decisions
from matchmaker.models.introduction import Introduction
from matchmaker.models.pair_action import Interest
from profiles.models import Investor, Notice, OutboxMail, Startup
from profiles.people.accounts.services import accounts

LONGEST = 30.0  # seconds that one mail may take
PAUSE = 0.01


class Command(BaseCommand):
    help = "Measure the time from a yes to the notice and to the sent mail; needs the running demonstration."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--times", type=int, default=40)

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("This writes invented requests: it runs in a demonstration only.")
        pair = self.pair()
        measured = [self.once(*pair) for _time in range(options["times"])]
        for name, seconds in zip(("notice", "mail"), zip(*measured, strict=True), strict=True):
            ordered = sorted(seconds)
            shown = [ordered[min(len(ordered) - 1, len(ordered) * part // 100)] for part in (50, 95)]
            self.stdout.write(f"{name:<8} p50 {shown[0]:.3f} s  p95 {shown[1]:.3f} s  of {len(ordered)}")

    def pair(self) -> tuple[Startup, Investor]:
        """Return an investor with people and room, and a startup with which it has never spoken."""
        spoken = Introduction.objects.filter(startup=OuterRef("pk"))
        for investor in Investor.objects.published().filter(memberships__isnull=False).order_by("pk"):
            if room_of(Side.INVESTOR, investor, at=timezone.now()) > 0:
                strangers = Startup.objects.published().exclude(Exists(spoken.filter(investor=investor)))
                return strangers.order_by("pk")[0], investor
        raise CommandError("No investor with people has room for a request.")

    def once(self, startup: Startup, investor: Investor) -> tuple[float, float]:
        """Ask in the startup's name, wait for both, and remove it; return the two times in seconds."""
        by = accounts.system_account(accounts.DEMO, at=timezone.now(), is_demo=True)
        begun = time.monotonic()
        made = decisions.express_interest(startup, investor, side=Side.STARTUP, by=by, at=timezone.now())
        event = f"request_received:{made.pk}:"
        notice = self.wait(lambda: Notice.objects.filter(key__startswith=event).exists(), begun)
        sent = OutboxMail.objects.filter(key__startswith=event)
        mail = self.wait(lambda: not sent.filter(sent_at=None).exists(), begun)
        Notice.objects.filter(key__startswith=event).delete()
        Interest.objects.filter(startup=startup, investor=investor).delete()
        made.delete()
        return notice, mail

    def wait(self, is_there: Any, begun: float) -> float:
        """Return after how many seconds it was there."""
        while not is_there():
            if time.monotonic() - begun > LONGEST:
                raise CommandError("Nothing came within 30 s: is a worker running?")
            time.sleep(PAUSE)
        return time.monotonic() - begun
