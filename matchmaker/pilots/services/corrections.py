"""A host corrects a pilot that stands on the board.

What a choice says stands at once, and the page says to everybody what was changed and when. What was typed
has been read by a curator, so a new text goes to the curators again; until they decide, the pilot is off the
board, and who applied keeps seeing it. What companies applied for (field, place, seats, aims) stays as it is,
and they are told of every correction.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse

from matchmaker.choices import Side
from matchmaker.models.pilot import Pilot, PilotStep
from matchmaker.models.pilot_table import PilotAct, PilotState
from matchmaker.pilots.kinds import PILOT_CORRECTED, PILOT_LIMIT
from matchmaker.pilots.selectors.pilot import has_dates
from matchmaker.pilots.services.moves import move
from matchmaker.pilots.services.pilots import LISTS, NotCompleteError, at_work, lock_with_companies
from matchmaker.transitions import WrongStateError
from profiles.accounts.services.accounts import notify_team
from profiles.limits import services as limits
from profiles.models import User
from profiles.notifications.services import Message

DATES = ("season", "year", "starts_on", "ends_on")
AT_ONCE = (*DATES, "needs", "offers", "data_classes", "data_location", "data_crosses_border")
READ_AGAIN = (
    *(f"{text}_{language}" for text in ("title", "summary") for language in ("en", "ur", "zh")),
    "size",
    "who_pays",
    "data_access",
    "data_exit",
)
CORRECTABLE = (*AT_ONCE, *READ_AGAIN)


@transaction.atomic
def correct_pilot(pilot: Pilot, *, values: Mapping[str, Any], side: Side, by: User, at: datetime) -> Pilot:
    """Change what may be changed of an open pilot, tell who applied, and return it.

    `values`: by the names of CORRECTABLE.

    Raises:
        WrongStateError: it is not open. NotCompleteError: it would not say any more when it runs.
        LimitReachedError: too often in a short time.
    """
    limits.take_token(PILOT_LIMIT, account=by, company=pilot.company, at=at)
    held = lock_with_companies(pilot, with_applicants=True)
    if held.state != PilotState.OPEN:
        raise WrongStateError
    changed = [name for name in CORRECTABLE if name in values and values[name] != _now(held, name)]
    if not changed:
        return held
    plain = {name: values[name] for name in changed if name not in LISTS}
    for name in set(changed) - set(plain):
        getattr(held, name).set(values[name])
    if not has_dates(Pilot(**{name: plain.get(name, getattr(held, name)) for name in DATES})):
        raise NotCompleteError
    act = PilotAct.CORRECT
    if set(changed) & set(READ_AGAIN):
        plain |= {"approved_at": None, "submitted_at": at, "note": ""}
        act = PilotAct.REVISE
    step = move(held, act, side=side, by=by, at=at, corrected=changed, **plain)
    _tell_applicants(step, at=at)
    return held


def _tell_applicants(step: PilotStep, *, at: datetime) -> None:
    path = reverse("pilot", args=[step.pilot.public_id])
    message = Message(kind=PILOT_CORRECTED, path=path, event=str(step.pk), at=at)
    for application in at_work(step.pilot):
        notify_team(application.company, message)


def _now(pilot: Pilot, name: str) -> Any:
    return list(getattr(pilot, name).all()) if name in LISTS else getattr(pilot, name)
