"""Who takes over a company that was imported: invited by a curator, or with a proof."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from profiles.choices import Role
from profiles.companies.claims import kinds
from profiles.companies.claims.selectors import Company, is_proven, open_claims
from profiles.guards import require_curator
from profiles.models import Claim, Membership, User
from profiles.models.account import new_token
from profiles.people.accounts.selectors import account_language
from profiles.people.accounts.services.accounts import name_in
from profiles.people.accounts.services.teams import AlreadyMemberError, OtherAddressError, OtherRoleError
from profiles.platform.audit import services as audit
from profiles.platform.changes.services import lock_profiles
from profiles.platform.limits import services as limits
from profiles.platform.notifications import services as notifications
from profiles.platform.notifications.services import Message
from profiles.refusals import RefusedError

CLAIM_DAYS = 30
# What others do once a company has people, in the transaction that gives it to them.
ON_CLAIMED: list[Callable[[Company, datetime], None]] = []
REMIND_AFTER = timedelta(days=10)
BATCH = 100  # reminders that one task sends


class ClaimedError(RefusedError):
    message = _("This company has already been claimed, or another claim is waiting for a decision.")


class NotProvenError(RefusedError):
    message = _("None of your confirmed email addresses belongs to this company.")


@transaction.atomic
def invite(company: Company, *, email: str, by: User, at: datetime) -> Claim:
    """Invite an address to claim a company; an earlier invitation is replaced.

    Raises:
        ClaimedError: if the company has people by now.
    """
    require_curator(by)
    _lock_unclaimed(company)
    company.claims.all().delete()
    claim: Claim = company.claims.create(
        email=email, created_at=at, sent_at=at, expires_at=at + timedelta(days=CLAIM_DAYS), token=new_token()
    )
    audit.record(kinds.CLAIM_SENT, subject=audit.subject_of(company), by=by, at=at)
    _send(claim, at=at)
    return claim


@transaction.atomic
def ask(company: Company, *, by: User, at: datetime) -> Claim:
    """Ask a curator for a company without a proof.

    Raises:
        ClaimedError: if the company has people by now, or a claim is open.
        LimitReachedError: if the person has asked too often.
    """
    limits.take_token(kinds.CLAIM_LIMIT, account=by, at=at)
    _lock_unclaimed(company)
    company.claims.filter(expires_at__lte=at).delete()  # an invitation that no one answered
    if company.claims.exists():
        raise ClaimedError
    claim: Claim = company.claims.create(email=by.email, asked_by=by, created_at=at, token=new_token())
    audit.record(kinds.CLAIM_ASKED, subject=audit.subject_of(company), by=by, at=at)
    return claim


@transaction.atomic
def refuse(company: Company, *, by: User, at: datetime, message: str = "") -> None:
    require_curator(by)
    _lock_unclaimed(company)
    for claim in company.claims.select_related("asked_by"):
        if (asker := claim.asked_by) is None:
            continue
        words = {"company": name_in(company, asker.language), "message": message}
        told = Message(
            kind=kinds.CLAIM_DECLINED, path=reverse("contact"), event=str(claim.pk), at=at, context=words
        )
        notifications.notify(asker, told)
    company.claims.all().delete()
    details = {"message": message} if message else {}
    audit.record(kinds.CLAIM_REFUSED, subject=audit.subject_of(company), by=by, at=at, details=details)


@transaction.atomic
def accept(claim: Claim, *, by: User, at: datetime) -> Membership:
    """Accept an invitation and become the company's owner.

    Raises:
        OtherAddressError: if it was sent to another address.
        ClaimedError: if someone has claimed it, or the invitation does not hold any more.
        AlreadyMemberError, OtherRoleError: nothing is changed.
    """
    if by.email.lower() != claim.email.lower():
        raise OtherAddressError
    current = _lock_unclaimed(claim.company)
    # Read again: a curator may have taken it back, or sent another, since the page was opened.
    if not open_claims(at=at).filter(pk=claim.pk, email=claim.email).exists():
        raise ClaimedError
    return _take_over(current, by=by, at=at)


@transaction.atomic
def take_over(company: Company, *, by: User, at: datetime) -> Membership:
    """Claim a company by a confirmed address that belongs to it.

    Raises:
        NotProvenError: if there is none.
        ClaimedError, AlreadyMemberError, OtherRoleError, LimitReachedError: nothing is changed.
    """
    limits.take_token(kinds.CLAIM_LIMIT, account=by, at=at)
    if not is_proven(company, by):
        raise NotProvenError
    return _take_over(company, by=by, at=at)


def _take_over(company: Company, *, by: User, at: datetime) -> Membership:
    if by.works_here:
        raise OtherRoleError
    current = _lock_unclaimed(company)
    user = User.objects.select_for_update(no_key=True).get(pk=by.pk)
    if Membership.objects.filter(user=user).exists():
        raise AlreadyMemberError
    type(current)._default_manager.filter(pk=current.pk).update(is_unclaimed=False)
    current.claims.all().delete()
    User.objects.filter(pk=user.pk).update(role=Role(current.side))
    member = Membership.objects.create(**{str(current.side): current}, user=user, is_owner=True, joined_at=at)
    audit.record(kinds.CLAIMED, subject=audit.subject_of(current), by=by, at=at)
    for tell in ON_CLAIMED:
        tell(current, at)
    return member


def _lock_unclaimed(company: Company) -> Company:
    """Lock an unclaimed company, so that exactly one of two claimants gets it."""
    (current,) = lock_profiles(company)
    if not current.is_unclaimed:
        raise ClaimedError
    return current


def remind_due(*, at: datetime) -> None:
    due = Claim.objects.filter(sent_at__lte=at - REMIND_AFTER, reminded_at=None, expires_at__gt=at)
    for claim in due.select_related("startup", "investor")[:BATCH]:
        with transaction.atomic():
            if Claim.objects.filter(pk=claim.pk, reminded_at=None).update(reminded_at=at):
                _send(claim, at=at, again=True)


def _send(claim: Claim, *, at: datetime, again: bool = False) -> None:
    """Mail the link; who has no account yet reads the site's first language."""
    language = account_language(claim.email) or settings.LANGUAGE_CODE
    message = Message(
        kind=kinds.CLAIM_INVITATION,
        path=reverse("claim", args=[claim.token]),
        event=f"{claim.pk}:again" if again else str(claim.pk),
        at=at,
        context={"company": name_in(claim.company, language), "days": CLAIM_DAYS},
    )
    notifications.enqueue(message, to=claim.email, language=language)
