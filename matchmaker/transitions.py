"""The one way in which a record with a table of states (matchmaker/models/) changes its state."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from matchmaker.models.stateful import HasSides, StatefulModel, actor_of
from matchmaker.models.transitions import Mover
from profiles.models import User
from profiles.people.accounts.services.accounts import DEMO, DEMO_OTHER
from profiles.refusals import RefusedError


class TransitionRefusedError(RefusedError):
    """The record cannot be moved like that now, or not by this side."""

    message = _("That is no longer possible. Check the current status.")


class WrongSideError(TransitionRefusedError):
    """The act is not this side's."""


class WrongStateError(TransitionRefusedError):
    """The record is in another state by now: someone else was faster."""


class ChangedSinceReadError(TransitionRefusedError):
    message = _("This has changed since you opened the page. Check the current version, then decide.")


class BlockedError(RefusedError):
    message = _("You have blocked this company. Unblock it in the conversation first.")


class PausedError(RefusedError):
    """The other side takes nothing new for now: it paused, blocked, or passed."""

    message = _("They are not taking new requests at the moment.")


class NotPublishedError(RefusedError):
    message = _("Your profile must be approved first, and you must have agreed to matching.")


class TakenError(RefusedError):
    message = _("This time is no longer free. Choose another time.")


class NotOpenError(Exception):
    """One of the two profiles is not approved, or does not agree to matching, or a curator hides the pair."""


def apply_transition(
    record: StatefulModel,
    act: models.TextChoices,
    *,
    by: User | None,
    at: datetime,
    side: str | None = None,
    in_place_of: str | None = None,
    checked_side: str | None = None,
    version_read: str | None = None,
    step: Mapping[str, Any] | None = None,
    **changes: Any,
) -> Any:
    """Move a record along the line of its table, set `changes` with it, and return the logged step.

    The database says on which sides the person acts, `side` only which of them is meant. `by` is None for
    time. `in_place_of` is the side for which a curator acts, who merges two records. `checked_side` is the
    side of a person that the caller has checked: a block or a deletion ends the record. A line without a
    source saves the record for the first time. `version_read` is None for an act without a page. The caller
    must hold the locks of the companies.

    Raises:
        WrongSideError: the person may not do it. WrongStateError: no line leads from the record's state.
        ChangedSinceReadError: it has changed since it was read.
    """
    line, source = record.transitions[act], record.state if record.pk else ""
    own = acting_side(
        record, line.mover, by=by, side=side, in_place_of=in_place_of, checked_side=checked_side
    )
    if bool(record.pk) != bool(line.sources):
        raise WrongStateError
    require_unchanged(record, version_read)
    changes["state"] = line.target
    if record.pk:
        rows: Any = type(record)._default_manager
        if not rows.filter(pk=record.pk, state=source, state__in=line.sources).update(**changes):
            raise WrongStateError
    for name, value in changes.items():
        setattr(record, name, value)
    if not record.pk:
        record.save()
    made = record.new_step(act=act, source=source, target=line.target, by=by, at=at, **(step or {}))
    made.side = own
    made.save()
    return made


def writes_demonstration(by: User) -> bool:
    """Return whether the account writes the demonstration. It acts for all sides and never signs in."""
    return by.email in (DEMO, DEMO_OTHER) and not by.is_active


def acting_side(
    record: HasSides,
    mover: Mover,
    *,
    by: User | None,
    side: str | None = None,
    in_place_of: str | None = None,
    checked_side: str | None = None,
) -> str:
    """Return the side on which a person may act as a mover of the table; "" for time.

    Raises:
        WrongSideError: there is none.
    """
    if by is None:
        sides = [] if side or mover != Mover.TIME else [""]
    elif checked_side:
        sides = [checked_side]
    elif in_place_of:
        sides = [in_place_of] if actor_of(by).is_curator else []
    elif writes_demonstration(by):
        sides = [side or mover]
    else:
        own = record.sides_of(actor_of(by))
        sides = [each for each in own if side in (None, each) and mover in record.movers_of(each)]
    if not sides:
        raise WrongSideError
    return str(sides[0])


def require_unchanged(record: Any, version_read: str | None) -> None:
    """Refuse an act on a record that is not as it was read.

    Raises:
        ChangedSinceReadError: it has changed. `version_read` is None without a page, "" for no record.
    """
    if version_read is not None and version_read != (record.version if record else ""):
        raise ChangedSinceReadError
