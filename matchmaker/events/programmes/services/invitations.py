"""An organiser offers places by a link, to addresses or to companies. Who takes one needs no decision."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from matchmaker.events.programmes.kinds import (
    APPLICATION_LIMIT,
    APPLIED,
    INVITED,
    INVITED_BY_MAIL,
    PARTICIPANT_LIMIT,
    PROGRAMME_LIMIT,
)
from matchmaker.events.programmes.selectors.applications import Applicant, is_blocked, is_unpublished, reviews
from matchmaker.events.programmes.services.applications import NOT_TAKING, lock_both, place_directly
from matchmaker.events.programmes.services.programmes import (
    lock_as_organiser,
    record_audit,
    require_open_organiser,
)
from matchmaker.events.programmes.services.telling import named, notify_organiser, notify_person
from matchmaker.models.programmes import Programme, ProgrammeInvitation
from matchmaker.models.programmes.programme import ACTIVE_STATES, ONGOING, ApplicantKind
from matchmaker.transitions import NotPublishedError, WrongSideError, WrongStateError
from profiles.models import Investor, Startup, User
from profiles.people.accounts.selectors import addresses_of, users_with
from profiles.people.accounts.services.accounts import notify_team
from profiles.platform.limits import services as limits
from profiles.platform.notifications import services as notifications
from profiles.platform.notifications.services import Message
from profiles.refusals import RefusedError

MOST_INVITATIONS = 1000


def _lock_to_invite(programme: Programme, *, count: int, by: User) -> Programme:
    locked = lock_as_organiser(programme, by=by)
    if locked.state not in ONGOING:
        raise WrongStateError
    if locked.invitations.count() + count > MOST_INVITATIONS:
        raise RefusedError(_("A programme can have at most 1,000 invitations."))
    return locked


@transaction.atomic
def make_link(programme: Programme, *, kind: ApplicantKind, places: int, by: User, at: datetime) -> None:
    limits.take_token(PROGRAMME_LIMIT, account=by, company=programme.company, at=at)
    locked = _lock_to_invite(programme, count=1, by=by)
    if kind not in locked.applicants:
        raise WrongStateError
    ProgrammeInvitation.objects.create(programme=locked, kind=kind, places=places, by=by, at=at)
    record_audit(locked, "invitation", by=by, at=at)


@transaction.atomic
def end_invitation(invitation: ProgrammeInvitation, *, by: User, at: datetime) -> None:
    """Withdraw an invitation. Who has taken a place by it keeps the place."""
    locked = lock_as_organiser(invitation.programme, by=by)
    if locked.invitations.filter(pk=invitation.pk).delete()[0]:
        record_audit(locked, "no_invitation", by=by, at=at)
        notifications.take_back(INVITED, event=str(invitation.pk))
        notifications.take_back(INVITED_BY_MAIL, event=str(invitation.pk))


@transaction.atomic
def invite_company(programme: Programme, company: Startup | Investor, *, by: User, at: datetime) -> None:
    """Offer a place to a company that is here. After a block it reaches no one, and nothing says so."""
    limits.take_token(PARTICIPANT_LIMIT, account=by, at=at)
    locked = _lock_to_invite(programme, count=1, by=by)
    own = {str(company.side): company}
    if company.side not in locked.applicants:
        raise WrongStateError
    active = locked.applications.filter(**own, state__in=ACTIVE_STATES)
    if active.exists() or locked.invitations.filter(**own).exists():
        raise RefusedError(_("This company has an invitation or an application already."))
    made = ProgrammeInvitation.objects.create(
        programme=locked, kind=ApplicantKind(company.side), **own, by=by, at=at
    )
    record_audit(locked, "invitation", by=by, at=at)
    if not is_blocked(locked, Applicant(ApplicantKind(made.kind), company, None)):
        message = Message(kind=INVITED, path=page_of(made), event=str(made.pk), at=at)
        notify_team(company, message, personal=lambda user: named(locked, user))


@transaction.atomic
def invite_addresses(
    programme: Programme, addresses: Iterable[str], *, kind: ApplicantKind, by: User, at: datetime
) -> int:
    """Offer a place to each address, and return how many are new. Who has no account gets an email.

    The answer is the same whether there is an account or a block.
    """
    new = list(dict.fromkeys(each.strip().lower() for each in addresses))
    locked = _lock_to_invite(programme, count=len(new), by=by)
    if kind not in locked.applicants:
        raise WrongStateError
    known = set(locked.invitations.filter(email__in=new).values_list("email", flat=True))
    made = [
        ProgrammeInvitation(programme=locked, kind=kind, email=each, by=by, at=at)
        for each in new
        if each not in known
    ]
    for _each in made:
        limits.take_token(PARTICIPANT_LIMIT, account=by, at=at)
    for invitation in ProgrammeInvitation.objects.bulk_create(made):
        _tell(invitation, locked, at=at)
    if made:
        record_audit(locked, "invitation", by=by, at=at)
    return len(made)


def _tell(invitation: ProgrammeInvitation, programme: Programme, *, at: datetime) -> None:
    path, event = page_of(invitation), str(invitation.pk)
    user = next((each for each in users_with(invitation.email) if each.is_active), None)
    if user:
        notify_person(user, Message(kind=INVITED, path=path, event=event, at=at), programme)
        return
    language = settings.LANGUAGE_CODE
    with override(language):  # words that a curator has read
        words = {"programme": programme.title}
    message = Message(kind=INVITED_BY_MAIL, path=path, event=event, at=at, context=words)
    notifications.enqueue(message, to=invitation.email, language=language)


def page_of(invitation: ProgrammeInvitation) -> str:
    return reverse("programme_join", args=[invitation.token])


@transaction.atomic
def take_place(invitation: ProgrammeInvitation, applicant: Applicant, *, by: User, at: datetime) -> None:
    """Take a place by an invitation, without a decision of the organiser.

    Raises:
        RefusedError: no place is left, there is a block, or the applicant reviews. NotPublishedError: the
        company is not approved. WrongStateError: it has applied already, or the programme is over.
    """
    limits.take_token(APPLICATION_LIMIT, account=by, company=applicant.company, at=at)
    locked = lock_both(invitation.programme, applicant)
    require_open_organiser(locked, NOT_TAKING)
    stored = ProgrammeInvitation.objects.filter(pk=invitation.pk, programme=locked).first()
    if stored is None or locked.state not in ONGOING or applicant.kind != stored.kind:
        raise WrongStateError
    if (stored.email and stored.email not in addresses_of(by)) or stored.company not in (
        None,
        applicant.company,
    ):
        raise WrongSideError
    if is_unpublished(applicant):
        raise NotPublishedError
    if is_blocked(locked, applicant) or reviews(locked, applicant):
        raise RefusedError(NOT_TAKING)
    active = locked.applications.filter(**applicant.own, state__in=ACTIVE_STATES)
    if active.exists():
        raise RefusedError(_("You have applied already, or you have a place."))
    if stored.taken_by.filter(state__in=ACTIVE_STATES).count() >= stored.places:
        raise RefusedError(_("All places of this invitation are taken."))
    made = place_directly(locked, applicant, by=by, at=at, invitation=stored)
    path = reverse("programme_applications", args=[locked.public_id])
    notify_organiser(APPLIED, locked, at=at, event=str(made.pk), path=path)


def forget_invitations(user: User) -> None:
    ProgrammeInvitation.objects.filter(email__in=addresses_of(user)).delete()


def end_between(startup: Startup, investor: Investor, **_said: Any) -> None:
    """End what is offered between two companies after a block."""
    between = Q(startup=startup, programme__investor=investor) | Q(
        investor=investor, programme__startup=startup
    )
    for invitation in ProgrammeInvitation.objects.filter(between):
        notifications.take_back(INVITED, event=str(invitation.pk))
