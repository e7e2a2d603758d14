"""Changes to teams. Every refusal has its own name; the last owner never goes."""

import unicodedata
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext, override, pgettext
from django.utils.translation import gettext_lazy as _

from profiles.choices import Role, Status
from profiles.models import FormerMember, Invitation, Membership, User
from profiles.models.account import new_token
from profiles.people.accounts import kinds, selectors
from profiles.people.accounts.services.accounts import name_in, notify_team
from profiles.platform.audit import services as audit
from profiles.platform.changes.services import lock_profiles
from profiles.platform.drafts import services as drafts
from profiles.platform.limits import services as limits
from profiles.platform.notifications import services as notifications
from profiles.platform.notifications.services import Message
from profiles.refusals import RefusedError
from profiles.validators import LINK

INVITATION_DAYS = 14
MOST_INVITATIONS = 10
KEPT = timedelta(days=14)  # for which the team sees that no one accepted an invitation
LONGEST_NAME = 60  # that stands in a mail to someone who has never joined
NAME_SIGNS = frozenset(" .'’-·\u200c")


class NotOwnerError(Exception):
    """Only owners decide who belongs to the team."""


class NotMemberError(Exception):
    """The person has left the team, or was taken out of it, a moment ago."""


class LastOwnerError(Exception):
    """A company keeps at least one owner."""


class AlreadyMemberError(RefusedError):
    message = _("You already belong to a company. Leave its team first.")


class InvitationSpentError(Exception):
    """The invitation was accepted, withdrawn or is too old."""


class OtherAddressError(RefusedError):
    message = _("This invitation was sent to a different email address. Sign in with that address.")


class OtherRoleError(RefusedError):
    message = _("Curators and operators cannot join a company.")


@transaction.atomic
def invite(
    company: selectors.Company, *, email: str, by: User, at: datetime, client_ip: str = ""
) -> Invitation:
    """Invite `email` into the company and mail the link. A second invitation replaces the first.

    Raises:
        NotOwnerError, RefusedError, LimitReachedError: nothing is changed.
    """
    limits.take_token(
        kinds.INVITE_LIMIT, account=by, company=company, address=email, client_ip=client_ip, at=at
    )
    _lock_as_owner(company, by)
    company.refresh_from_db(fields=["status", "submitted_at", "reviewed_at"])
    is_again = selectors.invitations_of(company).filter(email=email).exists()
    if company.status != Status.APPROVED and not is_again:
        try:
            limits.take_token(kinds.UNREAD_INVITE_LIMIT, account=by, company=company, at=at)
        except limits.LimitReachedError as error:
            raise RefusedError(
                gettext("Until a curator has approved your company, you can invite two people.")
            ) from error
    if selectors.members_of(company).filter(user__email=email).exists():
        raise AlreadyMemberError(gettext("This person is already in the team."))
    selectors.invitations_of(company).filter(email=email).delete()
    if selectors.invitations_of(company).count() >= MOST_INVITATIONS:
        raise RefusedError(gettext("Too many invitations are open. Withdraw one before you send another."))
    invitation = Invitation.objects.create(
        **{company.side: company},
        email=email,
        token=new_token(),
        invited_by=by,
        created_at=at,
        expires_at=at + timedelta(days=INVITATION_DAYS),
    )
    _record(kinds.INVITED, company, by=by, at=at, invitation=invitation.pk)
    _send(invitation, company)
    return invitation


@transaction.atomic
def withdraw(invitation: Invitation, *, by: User, at: datetime) -> None:
    company = invitation.company
    _lock_as_owner(company, by)
    _record(kinds.INVITED, company, by=by, at=at, withdrawn=invitation.pk)
    invitation.delete()


@transaction.atomic
def accept(invitation: Invitation, *, by: User, at: datetime) -> Membership:
    """Join the company of an invitation, once. A person without a company takes the company's side."""
    if by.works_here:
        raise OtherRoleError
    if by.email.lower() != invitation.email.lower():
        raise OtherAddressError
    user = User.objects.select_for_update(no_key=True).get(pk=by.pk)
    if Membership.objects.filter(user=user).exists():
        raise AlreadyMemberError
    # The condition is part of the update: of two clicks on one link exactly one joins.
    if not selectors.open_invitations(at=at).filter(pk=invitation.pk).update(accepted_at=at):
        raise InvitationSpentError
    company = invitation.company
    User.objects.filter(pk=user.pk).update(role=Role(company.side))
    membership = Membership.objects.create(**{company.side: company}, user=user, joined_at=at)
    _record(kinds.JOINED, company, by=by, at=at, user=user.pk)
    _notify_team(company, but=by, event=f"joined:{membership.pk}", at=at)
    return membership


@transaction.atomic
def remove(membership: Membership, *, by: User, at: datetime) -> None:
    company = membership.company
    _lock_as_owner(company, by)
    if membership.user_id == by.pk:
        raise LastOwnerError
    if not selectors.members_of(company).filter(pk=membership.pk).exists():
        raise NotMemberError
    event, person = f"left:{membership.pk}", membership.user
    _end_membership(membership, at=at)
    _record(kinds.LEFT, company, by=by, at=at, user=membership.user_id)
    _notify_team(company, but=by, event=event, at=at)
    words = {"company": name_in(company, person.language)}
    message = Message(kind=kinds.TEAM_ENDED, path=reverse("home"), event=event, at=at, context=words)
    notifications.notify(person, message)


@transaction.atomic
def leave(membership: Membership, *, at: datetime) -> None:
    company = membership.company
    team = _locked_team(company)
    if membership.pk not in {member.pk for member in team}:
        raise NotMemberError
    if not any(other.is_owner and other.pk != membership.pk for other in team):
        raise LastOwnerError
    event = f"left:{membership.pk}"
    _end_membership(membership, at=at)
    _record(kinds.LEFT, company, by=membership.user, at=at, user=membership.user_id)
    _notify_team(company, but=membership.user, event=event, at=at)


@transaction.atomic
def make_owner(membership: Membership, *, by: User, at: datetime) -> None:
    company = membership.company
    _lock_as_owner(company, by)
    if not Membership.objects.filter(pk=membership.pk).update(is_owner=True):
        raise NotMemberError
    _record(kinds.EDITED, company, by=by, at=at, owner=membership.user_id)
    _notify_team(company, but=by, event=f"owner:{membership.pk}", at=at)


def _notify_team(company: selectors.Company, *, but: User, event: str, at: datetime) -> None:
    notify_team(company, Message(kind=kinds.TEAM_CHANGED, path=reverse("team"), event=event, at=at), but=but)


def _end_membership(membership: Membership, *, at: datetime) -> None:
    selectors.invitations_of(membership.company).filter(invited_by=membership.user_id).delete()
    drafts.discard_all(membership.user_id)
    notifications.take_back_from(membership.user)
    left: dict[str, Any] = {membership.side: membership.company}
    FormerMember.objects.create(user_id=membership.user_id, left_at=at, **left)
    membership.delete()


def _lock_as_owner(company: selectors.Company, by: User) -> None:
    """Lock the team until the transaction ends; refuse anyone who is not an owner."""
    if not any(member.user_id == by.pk and member.is_owner for member in _locked_team(company)):
        raise NotOwnerError


def _locked_team(company: selectors.Company) -> list[Membership]:
    """Return the present members, locked until the transaction ends. The company's lock protects its team."""
    lock_profiles(company)
    return list(selectors.members_of(company))


def _record(action: str, company: selectors.Company, *, by: User, at: datetime, **details: int) -> None:
    """Leave the audit record of a change; people are named by number, never by address."""
    audit.record(action, subject=audit.subject_of(company), by=by, at=at, details=details)


def _send(invitation: Invitation, company: selectors.Company) -> None:
    language = selectors.account_language(invitation.email) or invitation.invited_by.language
    message = Message(
        kind=kinds.TEAM_INVITATION,
        path=reverse("invitation_accept", args=[invitation.token]),
        event=str(invitation.pk),
        at=invitation.created_at,
        context={**_named(company, invitation.invited_by, language), "days": INVITATION_DAYS},
    )
    notifications.enqueue(message, to=invitation.email, language=language)


def _named(company: selectors.Company, by: User, language: str) -> dict[str, str]:
    """Return who invites where, by name once a curator has read the company."""
    with override(language):
        who, what = pgettext("who invites you", "Someone"), gettext("a company")
    if not company.is_checked:
        return {"company": what, "who": who}
    return {"company": name_in(company, language), "who": by.full_name if _is_name(by.full_name) else who}


def _is_name(text: str) -> bool:
    is_written = all(char in NAME_SIGNS or unicodedata.category(char)[0] in "LM" for char in text)
    return 0 < len(text) <= LONGEST_NAME and is_written and not LINK.search(text)


def forget_ended(*, at: datetime) -> None:
    Invitation.objects.filter(expires_at__lte=at - KEPT).delete()
    still_open = selectors.open_invitations(at=at).values_list("pk", flat=True)
    notifications.forget_readers_of(kinds.TEAM_INVITATION, but={str(pk) for pk in still_open})
