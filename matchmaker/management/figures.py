"""Commands that print figures, as text or as JSON."""

import json
from argparse import ArgumentParser
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand


class FiguresCommand(BaseCommand):
    requires_system_checks: list[str] = []  # numbers only: no database, no pages

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print as JSON")

    def show(self, figures: Any, options: dict[str, Any], as_text: Callable[[Any], str]) -> None:
        if options["json"]:
            self.stdout.write(json.dumps(figures, default=asdict, indent=2))
        else:
            self.stdout.write(as_text(figures))


def as_lines(figures: dict[str, Any]) -> str:
    width = max(map(len, figures)) + 2
    return "\n".join(f"{name:>{width}}  {value}" for name, value in figures.items())
