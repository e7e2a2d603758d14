"""Co-organisers: invited by address, they accept for a company or for the curators."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from matchmaker.choices import Side
from matchmaker.events.programmes.kinds import HOST_ACCEPTED, HOST_ASKED, JURY_LIMIT
from matchmaker.events.programmes.selectors.programmes import of_published
from matchmaker.events.programmes.services import programmes
from matchmaker.events.programmes.services.telling import notify_organiser, notify_person
from matchmaker.models.conversation import CompanyBlock
from matchmaker.models.programmes import Programme, ProgrammeHost
from matchmaker.models.programmes.programme import ACTIVE_STATES, OVER
from matchmaker.models.stateful import actor_of
from matchmaker.transitions import NotPublishedError, WrongSideError, WrongStateError
from profiles.models import Investor, Startup, User
from profiles.people.accounts.selectors import addresses_of, company_of, users_with
from profiles.platform.changes.services import lock_profiles
from profiles.platform.limits import services as limits
from profiles.platform.notifications import services as notifications
from profiles.platform.notifications.services import Message
from profiles.refusals import RefusedError

MOST_HOSTS = 5


def _path(programme: Programme) -> str:
    return reverse("programme_hosts", args=[programme.public_id])


@transaction.atomic
def ask_host(programme: Programme, *, email: str, by: User, at: datetime) -> None:
    limits.take_token(JURY_LIMIT, account=by, at=at)
    locked, address = programmes.lock_programme(programme), email.strip().lower()
    programmes.require_leader(locked, by=by)
    if locked.state in OVER:
        raise WrongStateError
    programmes.require_open_organiser(locked)
    if locked.hosts.filter(email=address).exists():
        return
    if locked.hosts.count() >= MOST_HOSTS:
        raise RefusedError(_("A programme can have at most five co-organisers."))
    host = ProgrammeHost.objects.create(programme=locked, email=address, at=at)
    programmes.record_audit(locked, "host", by=by, at=at)
    if user := next((each for each in users_with(address) if each.is_active), None):
        notify_person(user, Message(kind=HOST_ASKED, path=_path(locked), event=str(host.pk), at=at), locked)


@transaction.atomic
def accept_host(host: ProgrammeHost, company: Startup | Investor | None, *, by: User, at: datetime) -> None:
    """Co-organise a programme from now on, for a company or as a curator; its page says so.

    Raises:
        WrongStateError: the programme is over, another person was asked, or there is a block between the
        company and the organiser, or who has applied. RefusedError: it takes part otherwise.
    """
    programme = host.programme
    lock_profiles(*{each for each in (programme.company, company) if each})
    if company:
        company.refresh_from_db(fields=["status", "matching_consent", "stale_at", "leaves_at"])
        if not company.is_published:
            raise NotPublishedError
    locked = programmes.lock_programme(programme)
    owner = {str(company.side): company} if company else {"startup": None, "investor": None}
    others = locked.hosts.exclude(pk=host.pk).filter(accepted_at__isnull=False, **owner)
    applied = locked.applications.filter(
        Q(person=by) | Q(**owner) | Q(**{f"person__membership__{company.side}": company})
        if company
        else Q(person=by),
        state__in=ACTIVE_STATES,
    )
    if company == locked.company or others.exists() or applied.exists():
        raise RefusedError(
            _("You already organise this programme or have applied for it. Withdraw your application first.")
        )
    waiting = locked.hosts.filter(pk=host.pk, email=by.email.lower(), accepted_at=None)
    if (
        locked.state in OVER
        or (company and _has_block(locked, company))
        or not waiting.update(**owner, user=by, accepted_at=at)
    ):
        raise WrongStateError
    programmes.record_audit(locked, "host_accepted", by=by, at=at)
    notify_organiser(HOST_ACCEPTED, locked, at=at, event=str(host.pk), path=_path(locked), is_told_alone=True)


def _has_block(programme: Programme, company: Startup | Investor) -> bool:
    other = str(company.side.other)
    keys = {other: getattr(programme, f"{other}_id")}
    applied = programme.applications.filter(state__in=ACTIVE_STATES, **{f"{other}__isnull": False}).values(
        other
    )
    blocks = CompanyBlock.objects.filter(**{str(company.side): company})
    return blocks.filter(Q(**keys) | Q(**{f"{other}__in": applied})).exists()


def still_asks(key: str, **_at: Any) -> bool:
    asked = ProgrammeHost.objects.filter(pk=key, accepted_at=None).exclude(programme__state__in=OVER)
    host = (
        asked.filter(programme__in=of_published().order_by().values("pk")).select_related("programme").first()
    )
    if host is None:
        return False
    companies = [company_of(user) for user in users_with(host.email)]
    return not any(company and _has_block(host.programme, company) for company in companies)


@transaction.atomic
def end_host(host: ProgrammeHost, *, by: User, at: datetime) -> None:
    """Take a co-organiser off, leave as one, or decline a request."""
    locked = programmes.lock_programme(host.programme)
    stored, actor = locked.hosts.filter(pk=host.pk).first(), actor_of(by)
    if stored and not locked.is_led_by(actor) and not stored.is_of(actor, by.email):
        raise WrongSideError
    _end_host(host, locked, by=by, at=at)


def _end_host(host: ProgrammeHost, locked: Programme, *, by: User, at: datetime) -> None:
    if locked.hosts.filter(pk=host.pk).delete()[0]:
        programmes.record_audit(locked, "no_host", by=by, at=at)
        notifications.take_back(HOST_ASKED, event=str(host.pk))


def end_between(startup: Startup, investor: Investor, *, side: Side, by: User, at: datetime) -> None:
    """End co-organising between two companies after a block.

    The caller must hold the locks of both companies.
    """
    between = Q(startup=startup, programme__investor=investor) | Q(
        investor=investor, programme__startup=startup
    )
    for host in ProgrammeHost.objects.filter(between).exclude(programme__state__in=OVER):
        _end_host(host, programmes.lock_programme(host.programme), by=by, at=at)


def forget_requests(user: User) -> None:
    rows = ProgrammeHost.objects.alias(to=Lower("email"))
    rows.filter(Q(user=user) | Q(to__in=addresses_of(user))).delete()
