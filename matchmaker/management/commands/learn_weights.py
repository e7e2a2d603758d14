"""Learn weights from both sides' answers and from outcomes, and apply them on request."""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from matchmaker.matching.ranking.services import weights
from matchmaker.matching.ranking.services.weights import Lesson
from profiles.guards import NotACuratorError
from profiles.management.tables import DatabaseCommand
from profiles.models import User

WORDS = {
    weights.ADOPT: "foretells unseen decisions better",
    weights.TOO_FEW: "too few decisions to learn from",
    weights.NO_BETTER: "no better than the weights in force",
}


class Command(DatabaseCommand):
    help = "Learn the weights of the factors from answers and outcomes. Without --apply nothing changes."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--apply", action="store_true", help="put the learned weights in force")
        parser.add_argument("--by", metavar="EMAIL", help="the curator who applies them")

    def handle(self, *args: Any, **options: Any) -> None:
        lessons = weights.study()
        for lesson in lessons:
            self.stdout.write(as_text(lesson))
        if options["apply"]:
            self.apply(lessons, options["by"])

    def apply(self, lessons: list[Lesson], email: str | None) -> None:
        by = User.objects.filter(email=email or "").first()
        if by is None:
            raise CommandError("Name the curator who applies them: --by EMAIL.")
        try:
            made = weights.apply_lessons(lessons, by=by, at=timezone.now())
        except weights.NothingLearnedError as nothing:
            raise CommandError("Nothing to apply: no side learned anything.") from nothing
        except NotACuratorError as refused:
            raise CommandError(f"{email} is not a curator.") from refused
        self.stdout.write(f"Applied as v{made.pk}: {made.why}")


def as_text(lesson: Lesson) -> str:
    head = (
        f"{lesson.side.label}: {lesson.decisions} decisions, {lesson.accepted} of them yes, "
        f"{lesson.outcomes} of them outcomes"
    )
    points = ", ".join(
        f"{factor} {lesson.before[factor]} → {now}" if now != lesson.before[factor] else f"{factor} {now}"
        for factor, now in lesson.points.items()
    )
    judged = f" ({lesson.missing[0]} more are needed)"
    if lesson.loss is not None:
        judged = f" (log-loss of the last {lesson.judged}: {lesson.loss_before:.4f} → {lesson.loss:.4f})"
    return f"{head}: {WORDS[lesson.reason]}{judged}\n  {points}"
