"""What would change this: asked on a page, answered by the worker, which has the whole market in memory."""

from dataclasses import asdict
from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import F, Q, QuerySet

from matchmaker.integrations import dispatch
from matchmaker.models import Advice
from matchmaker.pairs.kinds import ADVICE_LIMIT
from matchmaker.pairs.selectors import hypothetical_edits
from matchmaker.ranking.market.columns import Columns
from matchmaker.ranking.services import market_state
from profiles.choices import Side
from profiles.limits import services as limits
from profiles.models import Startup

BEST = 3


@transaction.atomic
def ask(startup: Startup, *, at: datetime) -> Advice:
    """Note the question; the answer comes within seconds.

    Raises:
        LimitReachedError: if the startup has asked too often.
    """
    limits.take_token(ADVICE_LIMIT, company=startup, at=at)
    advice, _made = Advice.objects.update_or_create(startup=startup, defaults={"asked_at": at})
    transaction.on_commit(partial(dispatch.enqueue, dispatch.ANSWER_ADVICE, advice.pk))
    return advice


def due() -> QuerySet[Advice]:
    """Return the questions without an answer, oldest first."""
    waiting = Q(answered_at=None) | Q(answered_at__lt=F("asked_at"))
    return Advice.objects.filter(waiting).order_by("asked_at", "pk")


def answer_due(*, at: datetime) -> int:
    """Answer every question that waits, and return how many; none while a new engine ranks everything."""
    if market_state.is_of_another_engine():
        return 0
    waiting = list(due())
    for advice in waiting:
        answer(advice, at=at)
    return len(waiting)


def answer(advice: Advice, *, at: datetime) -> None:
    """Score the startup's edits against the market and keep the three that add most partners.

    A startup that is not matched gets an empty answer. Answering twice gives the same.
    """
    state = market_state.memory.sync()
    rows = state.columns.rows(Side.STARTUP, [advice.startup_id]).tolist() if state else []
    found: dict[str, object] = {"eligible": 0, "fitting": 0, "items": []}
    if state and rows and state.columns.startup_here[rows[0]]:
        found = _scored(state.columns, rows[0])
    Advice.objects.filter(pk=advice.pk).update(answered_at=max(at, advice.asked_at), **found)


def _scored(found: Columns, row: int) -> dict[str, object]:
    """Return the columns of Advice for the startup in this row."""
    possible = hypothetical_edits.edits_of(found, row)
    seen = market_state.outlook_of_copies(found, row, hypothetical_edits.copies(found, row, possible))
    eligible, fitting = seen.eligible.tolist(), seen.fitting.tolist()
    gains = [
        {**asdict(edit), "eligible": more - eligible[0], "fitting": better - fitting[0]}
        for edit, more, better in zip(possible, eligible[1:], fitting[1:], strict=True)
    ]
    gains = [gain for gain in gains if gain["fitting"] > 0]
    gains.sort(key=lambda gain: (-gain["fitting"], -gain["eligible"]))
    return {"eligible": eligible[0], "fitting": fitting[0], "items": gains[:BEST]}
