"""How pilots and applications for them move.

Every function expects the caller to hold the companies (profiles.changes.services.lock_profiles) and then the
pilot (`hold_pilot`), in a transaction.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse

from matchmaker.models.pilot import Pilot, PilotApplication, PilotStep
from matchmaker.models.pilot_table import ApplicationAct, PilotAct
from matchmaker.pilots.kinds import PILOT_CHANGED
from matchmaker.transitions import transition
from profiles.audit import services as audit
from profiles.models import User


def lock_pilot(pilot: Pilot) -> Pilot:
    """Hold the pilot until the transaction ends, and return it as the database has it."""
    rows = Pilot.objects.select_related("startup", "investor")
    return rows.select_for_update(no_key=True, of=("self",)).get(pk=pilot.pk)


def page_of(pilot: Pilot) -> str:
    """Return the address of a pilot's page."""
    return reverse("pilot", args=[pilot.public_id])


def move(
    record: Pilot | PilotApplication,
    act: PilotAct | ApplicationAct,
    *,
    side: str,
    by: User,
    at: datetime,
    corrected: Sequence[str] = (),
    **changes: Any,
) -> PilotStep:
    """Move a pilot or an application along its table, and write it into the trail.

    The step keeps the names of what was `corrected`. Raises what matchmaker.transitions.transition raises.
    """
    kept = {"corrected": list(corrected)}
    step: PilotStep = transition(record, act, side=side, by=by, at=at, step=kept, **changes)
    done = str(act) if isinstance(record, Pilot) else "application"
    note_pilot(step.pilot, done, by=by, at=at, step=str(act))
    return step


def note_pilot(pilot: Pilot, done: str, *, by: User, at: datetime, **details: Any) -> None:
    """Write into the trail that, not what, somebody did about a pilot; a curator's own words stand there."""
    if done == PilotAct.SEND_BACK:
        details["message"] = pilot.note
    subject = f"pilot:{pilot.public_id}"
    audit.record(PILOT_CHANGED, subject=subject, by=by, at=at, details={"done": done, **details})
