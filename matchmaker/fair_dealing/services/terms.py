"""Writing and opening the fair terms of one side: every change is a new version, and none is ever changed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from matchmaker.choices import Side
from matchmaker.fair_dealing.kinds import FAIR_LIMIT, TERMS
from matchmaker.models import FairTerms
from matchmaker.pairs.services import pairs
from profiles.models import Investor, Startup, User


class NothingWrittenError(Exception):
    """This side has written no terms yet."""


@transaction.atomic
def write_terms(
    startup: Startup, investor: Investor, *, side: Side, values: Mapping[str, Any], by: User, at: datetime
) -> FairTerms:
    """Keep one side's terms as a new, private version; the newest one again where nothing differs.

    Raises:
        LimitReachedError, NotOpenError: see pairs/services/pairs.py.
    """
    pairs.hold(FAIR_LIMIT, startup, investor, side=side, by=by, at=at)
    newest = _newest(startup, investor, side)
    if newest and all(getattr(newest, name) == value for name, value in values.items()):
        return newest
    version = newest.version + 1 if newest else 1
    written = FairTerms.objects.create(
        startup=startup, investor=investor, side=side, version=version, by=by, at=at, **values
    )
    _record(written, done="written", by=by, at=at)
    return written


@transaction.atomic
def open_terms(startup: Startup, investor: Investor, *, side: Side, by: User, at: datetime) -> FairTerms:
    """Open the newest version of one side: the other reads it once it has opened its own and both said yes.

    Raises:
        NothingWrittenError: if there is no version.
        LimitReachedError, NotOpenError: see pairs/services/pairs.py.
    """
    pairs.hold(FAIR_LIMIT, startup, investor, side=side, by=by, at=at)
    newest = _newest(startup, investor, side)
    if newest is None:
        raise NothingWrittenError
    if newest.opened_at is None:
        newest.opened_at = at
        newest.save(update_fields=["opened_at"])
        _record(newest, done="opened", by=by, at=at)
    return newest


def _newest(startup: Startup, investor: Investor, side: Side) -> FairTerms | None:
    return (
        FairTerms.objects.filter(startup=startup, investor=investor, side=side).order_by("-version").first()
    )


def _record(terms: FairTerms, *, done: str, by: User, at: datetime) -> None:
    """Write into the trail that, not what, a side wrote."""
    said: dict[str, Any] = {"side": Side(terms.side), "version": terms.version, "done": done}
    pairs.record(TERMS, terms.startup, terms.investor, by=by, at=at, **said)
