"""What every act on a pair begins with here: it is counted, and both companies are held."""

from datetime import datetime
from typing import Any

from matchmaker.choices import Side
from matchmaker.matches.selectors.introduced import may_act_on
from profiles.changes.services import lock_profiles
from profiles.limits import services as limits
from profiles.limits.table import Verb
from profiles.models import Investor, Startup, User


class PairGoneError(Exception):
    """What is between the two profiles goes on no longer, or a curator keeps them apart."""


def hold(startup: Startup, investor: Investor, *, side: Side, by: User, at: datetime) -> None:
    """Count the act for the person and the own company and hold both companies in the caller's transaction.

    Raises:
        LimitReachedError: if either did it too often.
        PairGoneError: if the pair does not exist for the two any more.
    """
    own: Startup | Investor = startup if side == Side.STARTUP else investor
    limits.take_token(Verb.FAIR, account=by, company=own, at=at)
    held: Any = lock_profiles(startup, investor)
    if not may_act_on(*held):
        raise PairGoneError
