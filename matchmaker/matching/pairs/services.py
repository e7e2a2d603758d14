"""Acts on a pair: counted, recorded, with both companies locked; advice on request."""

from dataclasses import asdict
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from matchmaker.choices import Side
from matchmaker.integrations import dispatch
from matchmaker.matching.lists.selectors.closed import Refusal, refusal_of
from matchmaker.matching.pairs.kinds import ADVICE_LIMIT
from matchmaker.matching.pairs.selectors import advice as edits
from matchmaker.matching.pairs.selectors.pair import may_act_on
from matchmaker.matching.ranking.selectors.explained import explain_pair, explain_stored
from matchmaker.matching.ranking.services import market_state
from matchmaker.models.pair_action import Advice
from matchmaker.transitions import BlockedError, NotOpenError, PausedError
from profiles.choices import DealSource
from profiles.companies.steps import services as companies
from profiles.models import SIDES, Deal, Investor, Startup, User
from profiles.platform.audit import services as audit
from profiles.platform.changes.services import lock_profiles
from profiles.platform.limits import services as limits

REFUSED = {Refusal.BLOCKED: BlockedError, Refusal.CLOSED: PausedError}


def require_open(startup: Startup, investor: Investor, *, side: Side, at: datetime) -> None:
    """Refuse an act that begins something new. The caller must hold the locks of both companies.

    Raises:
        BlockedError, PausedError: see there.
    """
    company, other = (startup, investor) if side == Side.STARTUP else (investor, startup)
    if refusal := refusal_of(side, company.pk, other.pk, at=at):
        raise REFUSED[refusal]


ASKED_OF = ("capacity", "paused_at", "stale_at", "leaves_at")  # what a request depends on


def begin_act(verb: str, startup: Startup, investor: Investor, *, side: Side, by: User, at: datetime) -> None:
    """Begin an act: count it for the person and the company, then lock both companies.

    Raises:
        LimitReachedError: if either did it too often.
        NotOpenError: if the pair is not open.
    """
    count(verb, startup, investor, side=side, by=by, at=at)
    lock_open_pair(startup, investor)


def lock_open_pair(startup: Startup, investor: Investor) -> None:
    """Lock both companies and refuse a pair that is not open. The caller must be in a transaction.

    Fields are read again from the database.
    """
    lock_profiles(startup, investor)
    startup.refresh_from_db(fields=["status", "matching_consent", *ASKED_OF])
    investor.refresh_from_db(fields=["status", "matching_consent", "reply_days", *ASKED_OF])
    if not may_act_on(startup, investor):
        raise NotOpenError


def count(verb: str, startup: Startup, investor: Investor, *, side: Side, by: User, at: datetime) -> None:
    """Count an act for the person, the own company and the pair.

    Raises:
        LimitReachedError: if one of them did it too often.
    """
    company, other = (startup, investor) if side == Side.STARTUP else (investor, startup)
    limits.take_token(verb, account=by, company=company, other=other, at=at)


def factor_snapshot(startup: Startup, investor: Investor) -> dict[str, Any]:
    """Return the pair's factors as they are now, for the record; empty where nothing can be scored.

    It runs the engine for a pair on no list, so it is called before anything is locked.
    """
    explained = explain_stored(startup, investor) or explain_pair(startup, investor)
    if explained is None:
        return {}
    return {
        "score": explained.score_tenths,
        "for_startup": {part.factor: part.tenths for part in explained.for_startup.parts},
        "for_investor": {part.factor: part.tenths for part in explained.for_investor.parts},
        "levels": {part.factor: part.level for part in explained.for_startup.parts},
        "thesis": explained.thesis,
    }


def record_deal(
    startup: Startup, investor: Investor, *, terms: dict[str, Any], by: User, at: datetime
) -> Deal:
    """Put a confirmed deal on the partner's profile. The caller must hold the locks of both companies.

    Raises:
        NoRateError: the currency has no exchange rate.
    """
    deals = Deal.objects.filter(investor=investor, startup=startup, source=DealSource.BOTH)
    if same := deals.filter(closed_on=terms["closed_on"], form=terms["form"]).first():
        return same
    stated = {"startup_name": startup.name_en, "sector": startup.primary_sector, "place": startup.place}
    values = {**stated, "stage": startup.stage, **terms}
    said: dict[str, Any] = {"startup": startup, "source": DealSource.BOTH, "by": by, "at": at}
    return companies.save_deal(investor, values=values, **said)


def record(
    action: str,
    startup: Startup,
    investor: Investor,
    *,
    side: Side,
    by: User | None,
    at: datetime,
    **details: Any,
) -> None:
    audit.record(
        action,
        subject=audit.pair_subject(startup, investor),
        by=by,
        at=at,
        details={"side": str(side), **details},
    )


KEPT = 12  # edits; a page shows fewer, and names the gain of what it proposes
MOST_STARTUPS = 5_000  # against which an investor's edits are scored: more would hold up the worker
AT_ONCE, OLD = 20, timedelta(days=1)


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
    waiting = Q(answered_at=None) | Q(answered_at__lt=F("asked_at"))
    return Advice.objects.filter(waiting).order_by("asked_at", "pk")


def answer_due(*, at: datetime) -> int:
    if market_state.is_of_another_engine():
        return 0
    waiting = list(due())
    for advice in waiting:
        answer(advice, at=at)
    return len(waiting)


def refresh_advice(*, at: datetime) -> int:
    """Answer for published companies that have changed since their last answer or have an old one."""
    if market_state.is_of_another_engine():
        return 0
    count = 0
    for side, model in SIDES.items():
        mine = Advice.objects.filter(**{side: OuterRef("pk")})
        fresh = mine.filter(asked_at__gte=OuterRef("changed_at"), asked_at__gt=at - OLD)
        last = Subquery(mine.values("asked_at"))
        waiting = model._default_manager.published().exclude(Exists(fresh)).annotate(last=last)
        for company in waiting.order_by(F("last").asc(nulls_first=True), "pk")[:AT_ONCE]:
            advice, _made = Advice.objects.update_or_create(**{side: company}, defaults={"asked_at": at})
            answer(advice, at=at)
            count += 1
    return count


def answer(advice: Advice, *, at: datetime) -> None:
    """Score the company's edits against the market and keep those that add most counterparts."""
    side = Side.STARTUP if advice.startup_id else Side.INVESTOR
    state = market_state.memory.sync()
    pk = advice.startup_id or advice.investor_id or 0
    rows = state.columns.rows(side, [pk]).tolist() if state else []
    scored: dict[str, object] = {"eligible": 0, "fitting": 0, "items": []}
    if state and rows and state.columns.here(side)[rows[0]]:
        scored = _scored(state.market, side, rows[0])
    Advice.objects.filter(pk=advice.pk).update(answered_at=max(at, advice.asked_at), **scored)


def _scored(market: market_state.RankedMarket, side: Side, row: int) -> dict[str, object]:
    columns = market.columns
    if side == Side.STARTUP:
        possible = edits.edits_of(columns, row)
        seen = market_state.outlook_of_copies(market, row, edits.copies(columns, row, possible))
    else:
        is_large = len(columns.startup_pk) > MOST_STARTUPS
        possible = [] if is_large else edits.edits_of_investor(columns, row)
        if not possible:
            return {"eligible": 0, "fitting": 0, "items": []}
        theses, copy = edits.copies_of_theses(columns, row, possible)
        seen = market_state.outlook_of_theses(market, row, theses, copy)
    eligible, fitting = seen.eligible.tolist(), seen.fitting.tolist()
    gains = [
        {**asdict(edit), "eligible": more - eligible[0], "fitting": better - fitting[0]}
        for edit, more, better in zip(possible, eligible[1:], fitting[1:], strict=True)
    ]
    gains = [gain for gain in gains if gain["fitting"] > 0]
    gains.sort(key=lambda gain: (-gain["fitting"], -gain["eligible"]))
    return {"eligible": eligible[0], "fitting": fitting[0], "items": gains[:KEPT]}
