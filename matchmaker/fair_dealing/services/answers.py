"""Answering governance checks, and asking the other side to disclose."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from matchmaker.choices import Side
from matchmaker.fair_dealing.kinds import ANSWERED, DISCLOSED, FAIR_LIMIT
from matchmaker.models import CheckAnswer, DisclosureRequest
from matchmaker.pairs.services import pairs
from profiles.models import GovernanceCheck, Investor, Startup, User


@transaction.atomic
def answer_check(
    check: GovernanceCheck,
    startup: Startup,
    investor: Investor,
    *,
    side: Side,
    values: Mapping[str, Any],
    by: User,
    at: datetime,
) -> CheckAnswer:
    """Write one side's answer, in the place of the one before it. The trail says that, not what, it answered.

    `values`: the fields of AnswerForm.

    Raises:
        LimitReachedError, NotOpenError: see pairs/services/pairs.py.
    """
    pairs.hold(FAIR_LIMIT, startup, investor, side=side, by=by, at=at)
    answer, _made = CheckAnswer.objects.update_or_create(
        check_asked=check,
        startup=startup,
        investor=investor,
        side=side,
        defaults={**values, "by": by, "at": at},
    )
    told = {"check": check.code, "state": str(values["state"])}
    pairs.record(ANSWERED, startup, investor, side=side, by=by, at=at, **told)
    return answer


@transaction.atomic
def ask_to_disclose(startup: Startup, investor: Investor, *, side: Side, by: User, at: datetime) -> None:
    """Ask the other side for what it has not stated; asking again moves nothing, the first day counts.

    Raises:
        LimitReachedError, NotOpenError: see pairs/services/pairs.py.
    """
    pairs.hold(FAIR_LIMIT, startup, investor, side=side, by=by, at=at)
    _request, made = DisclosureRequest.objects.get_or_create(
        startup=startup, investor=investor, side=side, defaults={"by": by, "at": at}
    )
    if made:
        pairs.record(DISCLOSED, startup, investor, side=side, by=by, at=at)
