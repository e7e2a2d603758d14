"""What every act on a pair begins and ends with: the lock, the frozen factors, the audit record."""

from datetime import datetime
from typing import Any

from matchmaker.choices import Side
from matchmaker.pairs.selectors.pair import may_act_on
from matchmaker.ranking.services import market_state
from matchmaker.transitions import NotOpenError
from profiles.audit import services as audit
from profiles.changes.services import lock_profiles
from profiles.limits import services as limits
from profiles.models import Investor, Startup, User

ASKED_OF = ("capacity", "paused_at", "stale_at")  # what a request depends on


def hold(verb: str, startup: Startup, investor: Investor, *, side: Side, by: User, at: datetime) -> None:
    """Begin an act: count it for the person and the own company, then hold both companies.

    Raises:
        LimitReachedError: if either did it too often.
        NotOpenError: if the pair is not open.
    """
    limits.take_token(verb, account=by, company=startup if side == Side.STARTUP else investor, at=at)
    lock_open_pair(startup, investor)


def lock_open_pair(startup: Startup, investor: Investor) -> None:
    """Lock both companies, so that acts on the pair take their turns; refuse a pair that is not open.

    So of two sides that say yes at the same moment, the second one sees the first one's. The caller holds a
    transaction. What a profile is worth is read afresh, not from its argument.
    """
    lock_profiles(startup, investor)
    startup.refresh_from_db(fields=["status", "matching_consent", *ASKED_OF])
    investor.refresh_from_db(fields=["status", "matching_consent", "reply_days", *ASKED_OF])
    if not may_act_on(startup, investor):
        raise NotOpenError


def count(verb: str, startup: Startup, investor: Investor, *, side: Side, by: User, at: datetime) -> None:
    """Count an act for the person and the own company.

    Raises:
        LimitReachedError: if either did it too often.
    """
    limits.take_token(verb, account=by, company=startup if side == Side.STARTUP else investor, at=at)


def factor_snapshot(startup: Startup, investor: Investor) -> dict[str, Any]:
    """Return the pair's factors as they are now, for the record; empty where nothing can be scored.

    It runs the engine, so it is called before anything is locked.
    """
    explained = market_state.explain_pair(startup, investor)
    if explained is None:
        return {}
    return {
        "score": explained.score_tenths,
        "for_startup": {part.factor: part.tenths for part in explained.for_startup.parts},
        "for_investor": {part.factor: part.tenths for part in explained.for_investor.parts},
        "levels": {part.factor: part.level for part in explained.for_startup.parts},
        "thesis": explained.mandate,
    }


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
    """Write an act on a pair into the audit trail."""
    audit.record(
        action,
        subject=audit.pair_subject(startup, investor),
        by=by,
        at=at,
        details={"side": str(side), **details},
    )
