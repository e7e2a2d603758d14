"""Programmes and applications in any state, for tests."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from matchmaker.models.programmes import Programme, ProgrammeApplication
from matchmaker.models.programmes.programme import (
    PUBLIC,
    ProgrammeApplicationState,
    ProgrammeKind,
    ProgrammeState,
)

S, A = ProgrammeState, ProgrammeApplicationState
QUESTION = {"en": "What do you bring?", "ur": "", "zh": "您能带来什么？", "required": True}


def at(name, programme, *more):
    return reverse(name, args=[programme.public_id, *more])


def body(client, address):
    return client.get(address).content.decode()


def make_programme(host, *, by, state=S.OPEN, at=None, **fields):
    """Return a co-hackathon of a company, or of the curators, to which everyone may apply."""
    at = at or timezone.now()
    own = {str(host.side): host} if host else {}
    is_public = state in PUBLIC
    said = {
        "kind": ProgrammeKind.HACKATHON,
        "title_en": "Water hackathon",
        "text_en": "Two days on canals and sensors.",
        "applicants": ["startup", "investor", "person"],
        "languages": ["en"],
        "is_online": True,
        "who_pays": "The organiser pays for the rooms.",
        "time_zone": "Asia/Karachi",
        "apply_by": at + timedelta(days=10),
        "starts_at": at + timedelta(days=20),
        "ends_at": at + timedelta(days=22),
        "place_count": 2,
        "questions": [QUESTION],
        **fields,
    }
    return Programme.objects.create(
        **own,
        **said,
        by=by,
        state=state,
        written_at=at,
        submitted_at=None if state == S.DRAFT else at,
        approved_at=at if is_public else None,
        started_at=at if state in (S.RUNNING, S.FINISHED) else None,
        ended_at=at if state in (S.FINISHED, S.CANCELLED) else None,
    )


def make_application(programme, who, *, by, state=A.SENT, at=None, **fields):
    """Return an application of a company or a person in a state; who is accepted holds the next place."""
    at = at or timezone.now()
    own = {str(who.side): who} if hasattr(who, "side") else {"person": who}
    number = None
    if state == A.ACCEPTED:
        number = programme.applications.filter(place_number__isnull=False).count() + 1
    is_decided = state in (A.ACCEPTED, A.WAITLISTED, A.DECLINED)
    said = {
        "answers": ["Sixty sensors"],
        "place_count": programme.place_count,
        "place_number": number,
        **fields,
    }
    return ProgrammeApplication.objects.create(
        programme=programme,
        **own,
        **said,
        state=state,
        reason="Another field" if state == A.DECLINED else "",
        by=by,
        at=at,
        sent_at=None if state == A.DRAFT else at,
        decided_at=at if is_decided else None,
        ended_at=at if state == A.WITHDRAWN else None,
    )
