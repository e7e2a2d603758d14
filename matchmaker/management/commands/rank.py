"""`manage.py rank`: rank the whole market again, here or by the workers, with a line of progress."""

import sys
import time
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from matchmaker.choices import RunState
from matchmaker.models import RankingRun
from matchmaker.ranking.services import full_run as steps
from matchmaker.ranking.services import runs
from profiles.management.tables import DatabaseCommand

PAUSE = 0.1


class Command(DatabaseCommand):
    """Ask for a whole re-ranking and see it through."""

    help = "Rank the whole market again. Re-running changes no ranking that did not change."

    def add_arguments(self, parser: CommandParser) -> None:
        """Say who works, and in how large blocks."""
        parser.add_argument(
            "--wait", action="store_true", help="leave the work to the workers and wait for them"
        )
        parser.add_argument("--blocks", type=int, metavar="STARTUPS", help="startups in one block")
        parser.add_argument(
            "--reason", default=gettext_noop("Asked on the command line"), help="kept with the run"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Ask, work or wait, and tell the outcome."""
        self.quiet = options["verbosity"] == 0
        self.shown = ""
        begun = time.monotonic()
        run = self.ask(**options)
        if options["wait"]:
            run = self.wait(run.pk)
        else:
            run = steps.run_here(run.pk, size=options["blocks"], progress=self.show, pause=self.pause)
        if run.state == RunState.FAILED:
            raise CommandError(f"The re-ranking failed: {run.error}")
        self.tell(
            f"Ranked in {time.monotonic() - begun:.1f} s; {run.changed_rows} rankings changed.", end="\n"
        )

    @transaction.atomic
    def ask(self, *, reason: str, wait: bool, blocks: int | None, **_options: Any) -> RankingRun:
        """Ask for the run. Its first step splits it: taken here before any worker hears of the run."""
        run = runs.ask(by=None, at=timezone.now(), reason=reason)
        if wait and blocks:
            steps.advance(run.pk, at=timezone.now(), size=blocks)
        return run

    def wait(self, pk: int) -> RankingRun:
        """Wait until the workers have finished the run, and return it."""
        while True:
            run = RankingRun.objects.get(pk=pk)
            self.show(run)
            if run.state not in runs.OPEN:
                return run
            self.pause()

    def pause(self) -> None:
        """Wait for others."""
        time.sleep(PAUSE)

    def show(self, run: RankingRun) -> None:
        """Show where the run stands when that has changed."""
        if run.state in runs.OPEN:
            self.tell(
                f"{run.get_phase_display() or run.get_state_display()} {run.steps_done}/{run.steps_total}"
            )

    def tell(self, line: str, *, end: str = "") -> None:
        """Write the line over the one before on a terminal, and below it elsewhere."""
        if self.quiet or line == self.shown:
            return
        over = sys.stdout.isatty()
        self.shown = line
        self.stdout.write(f"\r\x1b[K{line}" if over else line, ending=end if over else "\n")
        self.stdout.flush()
