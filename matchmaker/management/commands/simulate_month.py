"""manage.py simulate_month: a month of requests on a scratch database, as a table that adds up."""

import math
from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.test.utils import override_settings

from matchmaker.integrations.dispatch import breaker
from matchmaker.lab.evaluation import simulate_month as months
from matchmaker.models.introduction import Introduction, IntroductionStep

NOWHERE = "django.core.mail.backends.dummy.EmailBackend"


class Command(BaseCommand):
    help = "Play a month of introductions with the real services; fails if the sums differ."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--startups", type=int, default=30)
        parser.add_argument("--investors", type=int, default=12)
        parser.add_argument("--seed", type=int, default=1)

    def handle(self, *args: Any, **options: Any) -> None:
        size = {name: options[name] for name in ("startups", "investors", "seed")}
        database = connection.settings_dict["NAME"]
        breaker.until = math.inf  # no worker looks at a scratch database
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        try:
            with override_settings(EMAIL_BACKEND=NOWHERE):
                lines = self.show(months.play(**size))
        finally:
            connection.creation.destroy_test_db(database, verbosity=0)
        if not all(line.holds for line in lines):
            raise CommandError("The month does not add up.")

    def show(self, month: months.Month) -> list[months.Sum]:
        for title, rows in (("states", Introduction), ("steps", IntroductionStep)):
            field = "state" if title == "states" else "act"
            counts = Counter(rows._default_manager.values_list(field, flat=True))
            text = ", ".join(f"{name} {count}" for name, count in sorted(counts.items()))
            self.stdout.write(f"{title}: {text}")
        self.stdout.write(f"refused: {dict(month.refused)}\n")
        lines = list(months.sums(month))
        for line in lines:
            sign = "<=" if line.is_limit else "="
            mark = "" if line.holds else "   <-- differs"
            self.stdout.write(f"{line.name:<52} {line.found:>6} {sign:>2} {line.expected:>6}{mark}")
        return lines
