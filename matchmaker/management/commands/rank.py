"""`manage.py rank`: rank the whole market again, here or by a worker, with a line of progress."""

import sys
import time
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext_noop

from matchmaker.choices import RunState
from matchmaker.matching.ranking.services import rank_market, runs
from matchmaker.models.ranking import RankingRun
from profiles.management.tables import DatabaseCommand

PAUSE = 0.1


class Command(DatabaseCommand):
    help = "Rank the whole market again. Re-running changes no ranking that did not change."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--wait", action="store_true", help="leave the work to a worker and wait for it")
        parser.add_argument(
            "--reason", default=gettext_noop("Requested on the command line"), help="kept with the run"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        self.quiet = options["verbosity"] == 0
        self.shown = ""
        begun = time.monotonic()
        run = runs.request(by=None, at=timezone.now(), reason=options["reason"])
        while run.is_open:
            self.show(run)
            if options["wait"] or not rank_market.work(at=timezone.now(), on_report=self.show):
                time.sleep(PAUSE)
            run = RankingRun.objects.get(pk=run.pk)
        if run.state == RunState.FAILED:
            raise CommandError(f"The re-ranking failed: {run.error}")
        if not options["wait"]:
            rank_market.rank_due(at=timezone.now())  # so that no list waits for an edit
        self.tell(
            f"Ranked in {time.monotonic() - begun:.1f} s; {run.changed_rows} rankings changed.", end="\n"
        )

    def show(self, run: RankingRun) -> None:
        phase = run.get_phase_display() or run.get_state_display()
        self.tell(f"{phase} {run.steps_done}/{run.steps_total}")

    def tell(self, line: str, *, end: str = "") -> None:
        if self.quiet or line == self.shown:
            return
        over = sys.stdout.isatty()
        self.shown = line
        self.stdout.write(f"\r\x1b[K{line}" if over else line, ending=end if over else "\n")
        self.stdout.flush()
