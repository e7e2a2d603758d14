"""What companies of the demonstration asked and answered: one request waits for each demo account."""

from datetime import datetime, timedelta

from django.db import transaction

from matchmaker.choices import PassReason, Side
from matchmaker.introductions.services import shortlist
from matchmaker.introductions.services.decisions import RequestWords, express_interest, pass_on
from matchmaker.models import Introduction
from profiles.imports.demo.accounts import settle_past, speaker_of
from profiles.imports.demo.records import Row, demo_company, table_rows
from profiles.models import Investor, Startup


@transaction.atomic
def load_introductions(*, at: datetime) -> int:
    """Let the demonstration's companies ask and answer, unless they did; return how many acts are new."""
    if Introduction.objects.filter(startup__is_demo=True).exists():
        return 0
    rows = list(table_rows("demo_requests"))
    for row in sorted(rows, key=_days_ago, reverse=True):  # limits count in the order of time
        _act(row, at=at - timedelta(days=_days_ago(row)))
    settle_past(at=at)
    return len(rows)


def demo_pair(row: Row) -> tuple[Startup, Investor]:
    """Return the two companies that a row of the demonstration names by their slugs."""
    return demo_company("startup", row["startup"]), demo_company("investor", row["investor"])


def _days_ago(row: Row) -> int:
    return int(row["days_ago"])


def _act(row: Row, *, at: datetime) -> None:
    """Let one side say yes or no, or remember the other, as its people would on the pages."""
    (startup, investor), side = demo_pair(row), Side(row["side"])
    by = speaker_of(startup if side is Side.STARTUP else investor, at=at)
    if row["act"] == "pass":
        reason = PassReason[row["reason"].upper()]
        pass_on(startup, investor, side=side, reason=reason, note=row["line"], by=by, at=at)
    elif row["act"] == "shortlist":
        shortlist.add(startup, investor, side=side, note=row["line"], by=by, at=at)
    else:
        words = RequestWords(row["why"] or row["line"], row["purpose"], row["next_step"])
        express_interest(startup, investor, side=side, words=words, by=by, at=at)
