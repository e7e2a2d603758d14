"""Pilots for tests, in any state, with the moments that belong to it."""

from django.utils import timezone

from matchmaker.models.pilot import (
    ON_BOARD,
    Pilot,
    PilotAim,
    PilotApplication,
    PilotApplicationState,
    PilotState,
    Season,
)
from profiles.models import Place, Sector

S, A = PilotState, PilotApplicationState


def make_pilot(host, *, by, state=S.OPEN, at=None, aims=2, **fields):
    """Return a pilot in smart irrigation in Punjab, with aims that are reached where it is finished."""
    at = at or timezone.now()
    said = {
        "title_en": "Smart irrigation",
        "summary_en": "Sensors and valves on two hundred hectares.",
        "sector": Sector.objects.get(code="AGR01"),
        "place": Place.objects.get(code="PK-PB"),
        "season": Season.KHARIF,
        "year": 2027,
        "size": "200 ha",
        "slots": 2,
        **fields,
    }
    pilot = Pilot.objects.create(
        **{str(host.side): host},
        **said,
        by=by,
        state=state,
        written_at=at,
        submitted_at=None if state == S.DRAFT else at,
        approved_at=at if state in ON_BOARD else None,
        started_at=at if state in (S.RUNNING, S.FINISHED) else None,
        ended_at=at if state in (S.FINISHED, S.CANCELLED) else None,
    )
    reached = True if state == S.FINISHED else None
    for position in range(1, aims + 1):
        PilotAim.objects.create(
            pilot=pilot, position=position, measure=f"Measure {position}", success="Less", is_reached=reached
        )
    return pilot


def make_application(pilot, company, *, by, state=A.APPLIED, **fields):
    """Return an application in a state; who is accepted holds the next free seat."""
    at = timezone.now()
    slot = pilot.applications.filter(slot__isnull=False).count() + 1 if state == A.ACCEPTED else None
    said = {"words": "We have sensors.", "slots": pilot.slots, "slot": slot, **fields}
    return PilotApplication.objects.create(
        pilot=pilot,
        **{str(company.side): company},
        **said,
        state=state,
        by=by,
        at=at,
        answered_at=at if state in (A.ACCEPTED, A.DECLINED) else None,
        ended_at=at if state in (A.DECLINED, A.WITHDRAWN) else None,
    )
