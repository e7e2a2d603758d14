"""An organiser announces, writes the agenda and adds files; those who take part say that they are there."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from matchmaker import models
from matchmaker.events.programmes.kinds import ANNOUNCED, ANNOUNCEMENT_LIMIT, DECISION_LIMIT, PROGRAMME_LIMIT
from matchmaker.events.programmes.selectors.cohort import MOST_SESSIONS, is_on
from matchmaker.events.programmes.services import programmes
from matchmaker.events.programmes.services.telling import notify_many
from matchmaker.models.programmes.programme import ProgrammeApplicationState
from profiles.integrations.file_checking import SentFile
from profiles.models import CheckedFile, Investor, Startup, User
from profiles.platform.changes.services import lock_profiles
from profiles.platform.files import services as files
from profiles.platform.limits import services as limits
from profiles.refusals import RefusedError


@transaction.atomic
def announce(programme: models.Programme, *, text: str, by: User, at: datetime) -> None:
    limits.take_token(ANNOUNCEMENT_LIMIT, account=by, at=at)
    locked = programmes.lock_ongoing(programme, by=by)
    made = models.ProgrammeAnnouncement.objects.create(programme=locked, text=text, by=by, at=at)
    programmes.record_audit(locked, "announce", by=by, at=at)
    path = reverse("programme_cohort", args=[locked.public_id])
    rows = locked.applications.filter(state=ProgrammeApplicationState.ACCEPTED)
    applications = rows.select_related("programme", "startup", "investor", "person").order_by("pk")
    notify_many(ANNOUNCED, locked, applications, event=str(made.pk), at=at, path=path)


@transaction.atomic
def add_session(programme: models.Programme, *, values: Mapping[str, Any], by: User, at: datetime) -> None:
    limits.take_token(PROGRAMME_LIMIT, account=by, company=programme.company, at=at)
    locked = programmes.lock_ongoing(programme, by=by)
    if locked.sessions.count() >= MOST_SESSIONS:
        raise RefusedError(_("An agenda can have at most one hundred sessions."))
    models.ProgrammeSession.objects.create(programme=locked, **values)
    programmes.record_audit(locked, "agenda", by=by, at=at)


@transaction.atomic
def remove_session(session: models.ProgrammeSession, *, by: User, at: datetime) -> None:
    locked = programmes.lock_ongoing(session.programme, by=by)
    models.ProgrammeSession.objects.filter(pk=session.pk).delete()
    programmes.record_audit(locked, "agenda", by=by, at=at)


def add_file(
    programme: models.Programme, company: Startup | Investor, sent: SentFile, *, by: User, at: datetime
) -> None:
    """Add a file for those who take part, from the room of one company that organises; the worker checks it.

    Raises:
        FileRefusedError: see there.
    """
    with files.stored(sent) as name, transaction.atomic():
        lock_profiles(*{each for each in (programme.company, company) if each})
        locked = programmes.lock_ongoing(programme, by=by)
        if locked.files.count() >= MOST_FILES:
            raise RefusedError(_("A programme can have at most twenty files. Delete one first."))
        made = files.receive(company, sent, name=name, by=by, at=at)
        models.ProgrammeFile.objects.create(programme=locked, file=made)
        programmes.record_audit(locked, "file", by=by, at=at)


@transaction.atomic
def remove_file(file: models.ProgrammeFile, *, by: User, at: datetime) -> None:
    locked = programmes.lock_as_organiser(file.programme, by=by)
    files.forget(CheckedFile.objects.filter(pk=file.file_id))
    programmes.record_audit(locked, "no_file", by=by, at=at)


@transaction.atomic
def open_file(file: models.ProgrammeFile, *, by: User, at: datetime) -> None:
    programmes.record_audit(file.programme, "file_opened", by=by, at=at)


@transaction.atomic
def attend(
    session: models.ProgrammeSession, application: models.ProgrammeApplication, *, by: User, at: datetime
) -> None:
    limits.take_token(DECISION_LIMIT, account=by, at=at)
    programmes.require_applicant(application, by=by)
    if not is_on(session, at):
        raise RefusedError(_("You can check in from one hour before the session until it ends."))
    row = models.ProgrammeAttendance(session=session, application=application, at=at)
    models.ProgrammeAttendance.objects.bulk_create([row], ignore_conflicts=True)


@transaction.atomic
def set_attendance(
    session: models.ProgrammeSession, *, present: Collection[int], by: User, at: datetime
) -> None:
    locked = programmes.lock_as_organiser(session.programme, by=by)
    rows = locked.applications.filter(
        state=ProgrammeApplicationState.ACCEPTED, pk__in=list(present)[:MOST_PRESENT]
    )
    session.attendance.exclude(application__in=rows).delete()
    models.ProgrammeAttendance.objects.bulk_create(
        (models.ProgrammeAttendance(session=session, application=row, by=by, at=at) for row in rows),
        ignore_conflicts=True,
    )
    programmes.record_audit(locked, "attendance", by=by, at=at)


MOST_PRESENT, MOST_FILES = 500, 20
