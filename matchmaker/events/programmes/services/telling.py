"""Notifications of a programme.

A few are written in the transaction of the act; more wait in a row for the worker, which sends each once.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import override

from matchmaker.events.programmes.kinds import ACCEPTED, ANNOUNCED, CANCELLED, DECLINED, LAPSED, WAITLISTED
from matchmaker.events.programmes.selectors.people import blocking
from matchmaker.events.programmes.selectors.programmes import of_published
from matchmaker.integrations import dispatch
from matchmaker.models.programmes import Programme, ProgrammeApplication, ProgrammeTelling
from matchmaker.models.programmes.programme import ONGOING, ProgrammeApplicationState
from matchmaker.models.stateful import actor_of
from profiles.models import User
from profiles.people.accounts.selectors import company_of
from profiles.people.accounts.services.accounts import PersonalContext, notify_team
from profiles.platform.notifications import services as notifications
from profiles.platform.notifications.services import Message

AT_ONCE = 10  # applications whose people an act tells itself
BATCH = 20  # applications of one transaction of the worker
MOST_BATCHES = 200  # of one task; the next one goes on
SAID_ANYWAY = [CANCELLED, LAPSED]  # also while the organiser is suspended: what has ended
# A decision is sent only while it stands.
STILL = {
    ACCEPTED: ProgrammeApplicationState.ACCEPTED,
    WAITLISTED: ProgrammeApplicationState.WAITLISTED,
    DECLINED: ProgrammeApplicationState.DECLINED,
}


def page_of(programme: Programme) -> str:
    return reverse("programme", args=[programme.public_id])


def notify_applicant(
    kind: str, application: ProgrammeApplication, *, at: datetime, event: str = "", path: str = ""
) -> None:
    programme = application.programme
    message = Message(kind=kind, path=path or page_of(programme), event=event or str(application.pk), at=at)
    if application.company:
        notify_team(application.company, message, personal=lambda user: named(programme, user))
    elif application.person:
        _notify(application.person, message, programme)


def notify_person(person: User, message: Message, programme: Programme) -> None:
    company = company_of(person)
    hosts = [host.company for host in programme.hosts.filter(accepted_at__isnull=False)]
    if company is None or not any(
        company.side in blocking(company, host) for host in (programme.company, *hosts)
    ):
        _notify(person, message, programme)


def _notify(person: User, message: Message, programme: Programme) -> None:
    """Notify one person, without texts that no curator has read."""
    context = {**named(programme, person).context, "company": str(person)}
    if not programme.approved_at:
        with override(person.language):
            context["programme"] = programme.get_kind_display()
    notifications.notify(person, replace(message, context=context))


def notify_organiser(
    kind: str, programme: Programme, *, at: datetime, event: str, path: str = "", is_told_alone: bool = False
) -> None:
    """Notify the organiser's people and, unless it is notified alone, the co-organisers that take part."""
    message = Message(kind=kind, path=path or page_of(programme), event=event, at=at)
    hosts = programme.hosts.filter(accepted_at__isnull=False).select_related("startup", "investor", "user")
    told = [
        (programme.company, programme.by),
        *((each.company, each.user) for each in hosts if each.takes_part and not is_told_alone),
    ]
    for company, curator in told:
        if company:
            notify_team(company, message, personal=lambda user: named(programme, user))
        elif curator and curator.is_curator:
            with override(curator.language):
                own = {"company": _("The curators of Corridor"), "programme": programme.title}
            notifications.notify(curator, replace(message, context=own))


def named(programme: Programme, user: User) -> PersonalContext:
    with override(user.language):
        closes = localtime(programme.apply_by, programme.zone) if programme.apply_by else None
        return PersonalContext(
            {"programme": programme.title, "closes": date_format(closes) if closes else ""}
        )


def notify_many(
    kind: str,
    programme: Programme,
    applications: Iterable[ProgrammeApplication],
    *,
    event: str,
    at: datetime,
    path: str = "",
) -> None:
    found = list(applications)
    address = path or page_of(programme)
    if len(found) > AT_ONCE:
        notify_later(kind, programme, [each.pk for each in found], event=event, at=at, path=address)
        return
    for each in found:
        notify_applicant(kind, each, at=at, event=f"{event}:{each.pk}", path=address)


def notify_later(
    kind: str, programme: Programme, applications: list[int], *, event: str, at: datetime, path: str = ""
) -> None:
    if applications:
        said = {"kind": kind, "event": event, "path": path or page_of(programme), "at": at}
        ProgrammeTelling.objects.create(programme=programme, waiting=applications, **said)
        dispatch.enqueue_on_commit(dispatch.TELL_PROGRAMMES)


def notify_waiting(*, at: datetime) -> int:
    """Send waiting notices, oldest first; return the number of applications.

    Safe with any number of workers. While an organiser is suspended, what it says waits.
    """
    told = 0
    for _batch in range(MOST_BATCHES):
        some = _notify_some()
        told += some
        if not some:
            break
    return told


def _still_organises(row: ProgrammeTelling) -> bool:
    said = row.programme.announcements.filter(pk=row.event, programme__state__in=ONGOING).first()
    return said is not None and row.programme.is_organised_by(actor_of(said.by))


@transaction.atomic
def _notify_some() -> int:
    rows = ProgrammeTelling.objects.select_for_update(of=("self",), no_key=True, skip_locked=True)
    rows = rows.filter(Q(kind__in=SAID_ANYWAY) | Q(programme__in=of_published().order_by().values("pk")))
    row = rows.select_related("programme").order_by("pk").first()
    if row is None:
        return 0
    now, later = row.waiting[:BATCH], row.waiting[BATCH:]
    related = ("programme", "startup", "investor", "person")
    rows_now = row.programme.applications.filter(pk__in=now).exclude(
        state=ProgrammeApplicationState.WITHDRAWN
    )
    if row.kind in STILL:
        rows_now = rows_now.filter(state=STILL[row.kind])
    if row.kind == ANNOUNCED and not _still_organises(row):
        rows_now, later = rows_now.none(), []
    with notifications.sent_by(lambda: row.programme.company or row.programme.by):
        for each in rows_now.select_related(*related).order_by("pk"):
            notify_applicant(row.kind, each, at=row.at, event=f"{row.event}:{each.pk}", path=row.path)
    if later:
        ProgrammeTelling.objects.filter(pk=row.pk).update(waiting=later)
    else:
        row.delete()
    return len(now)
