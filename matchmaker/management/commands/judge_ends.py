"""`manage.py judge_ends`: where should lists end?"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.utils import timezone

from matchmaker.choices import Side
from matchmaker.lab.evaluation import list_ends
from matchmaker.matching import graded_pairs
from matchmaker.matching.ranking.definitions import LIST_ENDS, ListEnd
from profiles.management.tables import DatabaseCommand

DATA = Path(settings.BASE_DIR) / "profiles" / "data"
TITLES = {Side.INVESTOR: "partners' lists", Side.STARTUP: "startups' lists"}


class Command(DatabaseCommand):
    help = "Try where lists end on half of the graded lists of each market, and judge it on the other half."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError(
                "The second market is held meanwhile: for a demonstration only (CORRIDOR_DEMO=1)."
            )
        try:
            chosen = list_ends.choose(DATA, on=timezone.now().date())
        except graded_pairs.BadGradesError as wrong:
            raise CommandError(str(wrong)) from wrong
        figures = ", ".join(list_ends.NAMES)
        for side, title in TITLES.items():
            choice = chosen[side]
            markets = ", ".join(list_ends.MARKETS)
            self.stdout.write(f"{title}: {figures} in {markets}; good less wrong in the mean\n")
            for rule, by_market in choice.rules.items():
                mark = "  (in use)" if rule == LIST_ENDS[side] else ""
                self.stdout.write(_line(_name(rule), by_market) + mark)
            self.stdout.write(f"chosen on half, judged on the other half, {list_ends.SPLITS} times\n")
            for name, by_market in choice.held_out.items():
                self.stdout.write(_line(name, by_market))
            times = "; ".join(f"{_name(rule)}: {count}" for rule, count in choice.chosen)
            self.stdout.write(f"most often: {times}\n\n")


def _name(rule: ListEnd) -> str:
    if rule == list_ends.FLOOR:
        return "floor"
    near = f", to {rule.first} from .{rule.share}" if rule.first else ""
    theirs = f", theirs .{rule.theirs}" if rule.theirs else ""
    return f"floor, best {rule.always}{near}{theirs}{', a need' if rule.meets_need else ''}"


def _line(name: str, by_market: Mapping[str, Any]) -> str:
    cells = (f"{good:.3f} {wrong:.3f} {empty:4.1f}" for good, wrong, empty in by_market.values())
    worth = sum(good - wrong for good, wrong, _empty in by_market.values()) / len(by_market)
    return "".join([f"{name:52}", *(f"{cell:20}" for cell in cells), f"{worth:.3f}"])
