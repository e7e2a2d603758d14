"""The one way in which a record with a table of states (matchmaker/models/) changes its state."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import models

from profiles.models import User


class TransitionRefusedError(Exception):
    """The record cannot be moved like that now, or not by this side."""


class WrongSideError(TransitionRefusedError):
    """The act is not this side's."""


class WrongStateError(TransitionRefusedError):
    """The record is in another state by now: somebody else was faster."""


class ChangedSinceReadError(TransitionRefusedError):
    """The record is not what the page showed from which it is acted on."""


class BlockedError(Exception):
    """This side has blocked the other company; take that back first."""


class PausedError(Exception):
    """The other side takes nothing new for now: it paused, blocked, or passed."""


class NotOpenError(Exception):
    """One of the two profiles is not approved, or does not agree to matching, or a curator hides the pair."""


def transition(
    record: Any,
    act: models.TextChoices,
    *,
    side: str | None,
    by: User | None,
    at: datetime,
    seen: str | None = None,
    step: Mapping[str, Any] | None = None,
    **changes: Any,
) -> Any:
    """Move a record along the line of its table, set `changes` with it, and return the logged step.

    `record`: of a model with `transitions`, `movers_of` and `new_step`, as Introduction has them.

    `side` is the side of who acts, None for time. A line without a source saves the record for the first
    time. `seen` is the version that was read, None for who acts without a page. `step` has what the log keeps
    besides. The caller holds the companies in a transaction; the conditional update refuses whoever comes
    late all the same.

    Raises:
        WrongSideError: the act is not this side's. WrongStateError: no line leads from the record's state.
        ChangedSinceReadError: it has changed since it was read.
    """
    line, source = record.transitions[act], record.state if record.pk else ""
    if line.mover not in record.movers_of(side):
        raise WrongSideError
    if bool(record.pk) != bool(line.sources):
        raise WrongStateError
    require_read(record, seen)
    changes["state"] = line.target
    if record.pk:
        rows = type(record)._default_manager
        if not rows.filter(pk=record.pk, state=source, state__in=line.sources).update(**changes):
            raise WrongStateError
    for name, value in changes.items():
        setattr(record, name, value)
    if not record.pk:
        record.save()
    made = record.new_step(
        act=act, source=source, target=line.target, side=side or "", by=by, at=at, **(step or {})
    )
    made.save()
    return made


def require_read(record: Any, seen: str | None) -> None:
    """Refuse an act on a record that is not as it was read.

    Raises:
        ChangedSinceReadError: it has changed. `seen` is None for who acts without a page, "" for no record.
    """
    if seen is not None and seen != (record.version if record else ""):
        raise ChangedSinceReadError
