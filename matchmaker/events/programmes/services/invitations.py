"""An organiser offers places by a link, to addresses or to companies, and invites reviewers by address.

Who takes a place needs no decision. A few are told in the transaction of the act, more by the worker.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from matchmaker.choices import Side
from matchmaker.events.programmes.kinds import (
    APPLICATION_LIMIT,
    APPLIED,
    INVITED,
    INVITED_BY_MAIL,
    LINKS_RENEWED,
    PARTICIPANT_LIMIT,
    PROGRAMME_LIMIT,
    REVIEW_ASKED,
    REVIEW_ASKED_BY_MAIL,
)
from matchmaker.events.programmes.selectors.applications import Applicant, is_blocked, is_unpublished, reviews
from matchmaker.events.programmes.selectors.programmes import Reader, listed
from matchmaker.events.programmes.services import programmes, telling
from matchmaker.events.programmes.services.applications import NOT_TAKING, lock_both, place_directly
from matchmaker.integrations import dispatch
from matchmaker.models.programmes import Programme, ProgrammeHost, ProgrammeInvitation, ProgrammeReviewer
from matchmaker.models.programmes.invitation import REVIEWER
from matchmaker.models.programmes.programme import ACTIVE_STATES, ONGOING, ApplicantKind
from matchmaker.transitions import NotPublishedError, WrongSideError, WrongStateError
from profiles.models import Investor, Membership, Startup, User
from profiles.models.account import new_token
from profiles.people.accounts.selectors import addresses_of, members_of, users_with
from profiles.people.accounts.services.accounts import notify_team
from profiles.platform.limits import services as limits
from profiles.platform.notifications import services as notifications
from profiles.platform.notifications.selectors import is_stopped
from profiles.platform.notifications.services import Message
from profiles.refusals import RefusedError

MOST_INVITATIONS, MOST_REVIEWERS = 1000, 20


def _lock_to_invite(programme: Programme, *, count: int, by: User) -> Programme:
    locked = programmes.lock_ongoing(programme, by=by)
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
    programmes.record_audit(locked, "invitation", by=by, at=at)


@transaction.atomic
def end_invitation(invitation: ProgrammeInvitation, *, by: User, at: datetime) -> None:
    """Withdraw an invitation. Who has taken a place by it keeps the place."""
    locked = programmes.lock_as_organiser(invitation.programme, by=by)
    stored = locked.invitations.filter(pk=invitation.pk, ended_at=None).first()
    if stored:
        programmes.record_audit(locked, "no_invitation", by=by, at=at)
        withdraw(stored, at=at)


def withdraw(invitation: ProgrammeInvitation, *, at: datetime) -> None:
    """End an invitation. If its email has not left yet, it is sent with the next one to this address.

    The caller must hold the lock of the programme.
    """
    kinds = (INVITED, INVITED_BY_MAIL, REVIEW_ASKED_BY_MAIL)
    unsent = [kind for kind in kinds if notifications.take_back(kind, event=str(invitation.pk))]
    invitation.ended_at, invitation.is_waiting = at, invitation.is_waiting or bool(unsent)
    invitation.save(update_fields=["ended_at", "is_waiting"])


def renew_links(left: Membership | ProgrammeHost | None, *, at: datetime) -> None:
    """Give links that anyone can use new addresses: who knew them organises no more. None: a curator."""
    if isinstance(left, ProgrammeHost):
        organised = Q(programme=left.programme_id)
    else:
        owner = {str(side): getattr(left, f"{side}_id", None) for side in Side}
        helped = ProgrammeHost.objects.filter(accepted_at__isnull=False, **owner).values("programme")
        organised = Q(programme__in=Programme.objects.filter(Q(**owner) | Q(pk__in=helped)))
    rows = ProgrammeInvitation.objects.filter(organised, programme__state__in=ONGOING, ended_at=None)
    links = list(rows.filter(email="", startup=None, investor=None).select_related("programme"))
    for link in links:
        ProgrammeInvitation.objects.filter(pk=link.pk).update(token=new_token())
    for programme in {link.programme for link in links}:
        path = reverse("programme_invitations", args=[programme.public_id])
        event = f"{programme.pk}:{at.timestamp()}"
        telling.notify_organiser(LINKS_RENEWED, programme, at=at, event=event, path=path)


@transaction.atomic
def invite_company(programme: Programme, company: Startup | Investor, *, by: User, at: datetime) -> None:
    """Offer a place to a company that is here. After a block it reaches no one, and nothing says so."""
    limits.take_token(PARTICIPANT_LIMIT, account=by, company=programme.company, at=at)
    locked = _lock_to_invite(programme, count=1, by=by)
    own = {str(company.side): company}
    if company.side not in locked.applicants:
        raise WrongStateError
    before = locked.invitations.filter(**own).first()
    if programmes.at_work(locked).filter(**own).exists() or (before and before.ended_at is None):
        raise RefusedError(_("This company has an invitation or an application already."))
    if before:  # its people were told once
        locked.invitations.filter(pk=before.pk).update(ended_at=None)
        programmes.record_audit(locked, "invitation", by=by, at=at)
        return
    made = ProgrammeInvitation.objects.create(
        programme=locked, kind=ApplicantKind(company.side), **own, by=by, at=at
    )
    programmes.record_audit(locked, "invitation", by=by, at=at)
    if not is_blocked(locked, Applicant(ApplicantKind(made.kind), company, None)):
        message = Message(kind=INVITED, path=page_of(made), event=str(made.pk), at=at)
        notify_team(company, message, personal=lambda user: telling.named(locked, user))


@transaction.atomic
def invite_addresses(
    programme: Programme, addresses: Iterable[str], *, kind: str, by: User, at: datetime
) -> int:
    """Offer a place, or a review, to each address, and return how many are new. No one is told twice.

    Who has no account gets an email. The answer is the same whether there is an account or a block.
    """
    wanted = list(dict.fromkeys(each.strip().lower() for each in addresses))
    locked = _lock_to_invite(programme, count=len(wanted), by=by)
    if kind not in (*locked.applicants, REVIEWER):
        raise WrongStateError
    before = {row.email: row for row in locked.invitations.filter(email__in=wanted)}
    reviewers = set(locked.reviewers.filter(email__in=wanted).values_list("email", flat=True))
    open_to = [
        each
        for each in wanted
        if (each not in before or before[each].ended_at) and not (kind == REVIEWER and each in reviewers)
    ]
    made = [
        ProgrammeInvitation(programme=locked, kind=kind, email=each, by=by, at=at)
        for each in open_to
        if each not in before
    ]
    if made:
        count = len(made)
        limits.take_token(PARTICIPANT_LIMIT, account=by, company=programme.company, count=count, at=at)
    if kind == REVIEWER:
        _add_reviewers(locked, open_to, at=at)
    locked.invitations.filter(email__in=open_to).update(kind=kind, ended_at=None)
    for invitation in made:
        invitation.is_waiting = len(made) > telling.AT_ONCE
    for invitation in ProgrammeInvitation.objects.bulk_create(made):
        if not invitation.is_waiting:
            _tell(invitation, locked, at=at)
    if len(made) > telling.AT_ONCE or any(row.is_waiting for row in before.values()):
        dispatch.enqueue_on_commit(dispatch.TELL_PROGRAMMES)
    if open_to:
        programmes.record_audit(locked, "reviewer" if kind == REVIEWER else "invitation", by=by, at=at)
    return len(open_to)


def _add_reviewers(programme: Programme, addresses: list[str], *, at: datetime) -> None:
    if programme.reviewers.count() + len(addresses) > MOST_REVIEWERS:
        raise RefusedError(_("A programme can have at most twenty reviewers."))
    ProgrammeReviewer.objects.bulk_create(
        ProgrammeReviewer(programme=programme, email=each, user=_account_with(each), at=at)
        for each in addresses
    )


def _account_with(address: str) -> User | None:
    return next((each for each in users_with(address) if each.is_active), None)


def send_waiting(*, at: datetime) -> int:
    """Send the invitations that wait, oldest first; return how many. Safe with any number of workers.

    While an organiser is suspended, its invitations wait.
    """
    sent = 0
    for _batch in range(telling.MOST_BATCHES):
        some = _send_some(at=at)
        sent += some
        if not some:
            break
    return sent


def _to_send() -> Any:
    rows = ProgrammeInvitation.objects.filter(ended_at=None, programme__state__in=ONGOING)
    return rows.filter(programme__in=listed(Reader()).order_by().values("pk"))


def still_invites(key: str, **_at: Any) -> bool:
    """Tell whether an invitation whose email is about to leave holds. If not, one to an address waits."""
    is_held = _to_send().filter(pk=key).exists()
    if not is_held:
        ProgrammeInvitation.objects.filter(pk=key).exclude(email="").update(is_waiting=True)
    return bool(is_held)


@transaction.atomic
def _send_some(*, at: datetime) -> int:
    rows = _to_send().filter(is_waiting=True)
    rows = rows.select_for_update(of=("self",), no_key=True, skip_locked=True)
    now = list(
        rows.select_related("programme__startup", "programme__investor", "by").order_by("pk")[: telling.BATCH]
    )
    for invitation in now:
        with notifications.sent_by(partial(_sender_of, invitation)):
            _tell(invitation, invitation.programme, at=at)
    ProgrammeInvitation.objects.filter(pk__in=[each.pk for each in now]).update(is_waiting=False)
    return len(now)


def _sender_of(invitation: ProgrammeInvitation) -> Startup | Investor | User:
    return invitation.programme.company or invitation.by


def _tell(invitation: ProgrammeInvitation, programme: Programme, *, at: datetime) -> None:
    is_review, path = invitation.kind == REVIEWER, page_of(invitation)
    if user := _account_with(invitation.email):
        message = Message(kind=INVITED, path=path, event=str(invitation.pk), at=at)
        if is_review:
            path = reverse("programme_review_list", args=[programme.public_id])
            message = Message(kind=REVIEW_ASKED, path=path, event=str(programme.pk), at=at)
        telling.notify_person(user, message, programme)
        return
    if is_stopped(invitation.email):
        return
    language = settings.LANGUAGE_CODE
    with override(language):  # words that a curator has read
        words = {"programme": programme.title}
    kind = REVIEW_ASKED_BY_MAIL if is_review else INVITED_BY_MAIL
    message = Message(kind=kind, path=path, event=f"{invitation.pk}:", at=at, context=words)
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
    programmes.require_open_organiser(locked, NOT_TAKING)
    stored = ProgrammeInvitation.objects.filter(pk=invitation.pk, programme=locked, ended_at=None).first()
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
    if programmes.at_work(locked).filter(**applicant.own).exists():
        raise RefusedError(_("You have applied already, or you have a place."))
    if stored.taken_by.filter(state__in=ACTIVE_STATES).count() >= stored.places:
        raise RefusedError(_("All places of this invitation are taken."))
    made = place_directly(locked, applicant, by=by, at=at, invitation=stored)
    path = reverse("programme_applications", args=[locked.public_id])
    telling.notify_organiser(APPLIED, locked, at=at, event=str(made.pk), path=path)


def forget_invitations(user: User) -> None:
    ProgrammeInvitation.objects.filter(email__in=addresses_of(user)).delete()


def end_between(startup: Startup, investor: Investor, **_said: Any) -> None:
    """Take back the emails of what one of two companies offers the other, or its people, after a block."""
    for company, host in ((startup, investor), (investor, startup)):
        helps = ProgrammeHost.objects.filter(**{str(host.side): host}, accepted_at__isnull=False)
        of_host = Q(**{f"programme__{host.side}": host}) | Q(programme__in=helps.values("programme"))
        mine = Q(**{str(company.side): company}) | Q(email__in=members_of(company).values("user__email"))
        offered = ProgrammeInvitation.objects.filter(of_host, mine)
        notifications.take_back_about(offered.values_list("token", flat=True), to=company)
