"""A pilot, or an application for it, moves along a line of its table: a conditional update and a logged step.

Every function expects the caller to hold the companies (profiles.changes.services.lock_profiles) and then the
pilot (`hold_pilot`), in a transaction. Whatever comes late finds another state and is refused by name.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse

from matchmaker.models import Pilot, PilotApplication, PilotStep
from matchmaker.models.pilot_table import APPLICATION_BY_ACT, PILOT_BY_ACT, ApplicationAct, PilotAct
from matchmaker.models.transitions import Transition
from matchmaker.pilots.kinds import PILOT_CHANGED
from profiles.audit import services as audit
from profiles.models import User


class PilotMovedError(Exception):
    """The pilot or the application is in another state by now."""


def hold_pilot(pilot: Pilot) -> Pilot:
    """Hold the pilot until the transaction ends, and return it as the database has it."""
    rows = Pilot.objects.select_related("startup", "investor")
    return rows.select_for_update(no_key=True, of=("self",)).get(pk=pilot.pk)


def page_of(pilot: Pilot) -> str:
    """Return the address of a pilot's page."""
    return reverse("pilot", args=[pilot.public_id])


def move_pilot(
    pilot: Pilot, act: PilotAct, *, by: User, at: datetime, corrected: Sequence[str] = (), **changes: Any
) -> PilotStep:
    """Take a line of the pilots' table and return the step, which keeps the names of what was `corrected`.

    Raises:
        PilotMovedError: the pilot is in no state from which the line leads.
    """
    source = _take(pilot, PILOT_BY_ACT[act], changes)
    return log(pilot, None, act, source, by=by, at=at, corrected=corrected)


def move_application(
    application: PilotApplication, act: ApplicationAct, *, by: User, at: datetime, **changes: Any
) -> None:
    """Take a line of the applications' table.

    Raises:
        PilotMovedError: the application is in no state from which the line leads.
    """
    source = _take(application, APPLICATION_BY_ACT[act], changes)
    log(application.pilot, application, act, source, by=by, at=at)


def _take(row: Pilot | PilotApplication, line: Transition[Any, Any, Any], changes: Mapping[str, Any]) -> str:
    """Move a row along a line unless somebody was faster; return where it came from."""
    source = row.state
    mine = type(row)._default_manager.filter(pk=row.pk, state=source, state__in=line.sources)
    if not mine.update(state=line.target, **changes):
        raise PilotMovedError
    row.refresh_from_db()
    return source


def log(
    pilot: Pilot,
    application: PilotApplication | None,
    act: PilotAct | ApplicationAct,
    source: str,
    *,
    by: User,
    at: datetime,
    corrected: Sequence[str] = (),
) -> PilotStep:
    """Keep the step, write it into the trail, and return it."""
    target = application.state if application else pilot.state
    step = PilotStep.objects.create(
        pilot=pilot,
        application=application,
        act=act,
        source=source,
        target=target,
        corrected=list(corrected),
        by=by,
        at=at,
    )
    note_pilot(pilot, str(act) if application is None else "application", by=by, at=at, step=str(act))
    return step


def note_pilot(pilot: Pilot, done: str, *, by: User, at: datetime, **details: Any) -> None:
    """Write into the trail that, not what, somebody did about a pilot; a curator's own words stand there."""
    if done == PilotAct.SEND_BACK:
        details["message"] = pilot.note
    subject = f"pilot:{pilot.public_id}"
    audit.record(PILOT_CHANGED, subject=subject, by=by, at=at, details={"done": done, **details})
