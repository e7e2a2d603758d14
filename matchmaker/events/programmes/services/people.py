"""Personal cards, teams of participants, and signatures under joint proposals."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from matchmaker.events.programmes import kinds
from matchmaker.events.programmes.selectors.people import blocking, has_teams
from matchmaker.events.programmes.services import programmes
from matchmaker.events.programmes.services.telling import notify_applicant, notify_organiser, notify_person
from matchmaker.models.programmes import (
    PersonCard,
    Programme,
    ProgrammeApplication,
    ProgrammeProposal,
    ProgrammeTeam,
    ProgrammeTeamMember,
)
from matchmaker.models.programmes.people import MemberState
from matchmaker.models.programmes.programme import ProgrammeApplicationState, ProgrammeKind
from matchmaker.transitions import WrongStateError
from profiles.choices import Status
from profiles.models import User
from profiles.people.accounts.selectors import addresses_of, company_of, users_with
from profiles.platform.limits import services as limits
from profiles.platform.notifications.services import Message
from profiles.refusals import RefusedError

IN_A_TEAM = _("You can be in only one team at a time. Leave the other team first.")


@transaction.atomic
def save_card(user: User, *, values: Mapping[str, Any], at: datetime) -> None:
    limits.take_token(kinds.TEAM_LIMIT, account=user, at=at)
    PersonCard.objects.update_or_create(user=user, defaults={**values, "consent_at": at})


def delete_card(user: User) -> None:
    PersonCard.objects.filter(user=user).delete()


def _require_part(locked: Programme, application: ProgrammeApplication) -> None:
    """Refuse who does not take part in a programme with teams, or rests while its company is suspended."""
    company = application.company or company_of(application.person)
    if company and company.status == Status.SUSPENDED:
        raise WrongStateError
    part = locked.applications.filter(pk=application.pk, state=ProgrammeApplicationState.ACCEPTED)
    if not has_teams(locked) or not part.exists():
        raise WrongStateError


@transaction.atomic
def found_team(
    application: ProgrammeApplication, *, values: Mapping[str, Any], by: User, at: datetime
) -> ProgrammeTeam:
    """Create a team with its first member.

    Raises:
        WrongStateError: one does not take part.
    """
    limits.take_token(kinds.TEAM_LIMIT, account=by, at=at)
    locked = programmes.lock_programme_row(application.programme)
    programmes.require_applicant(application, by=by)
    _require_part(locked, application)
    if application.team_members.filter(state=MemberState.JOINED).exists():
        raise RefusedError(IN_A_TEAM)
    if locked.teams.filter(name=values["name"]).exists():
        raise RefusedError(_("Another team has this name. Choose another one."))
    team = ProgrammeTeam.objects.create(programme=locked, lead=application, **values, at=at)
    ProgrammeTeamMember.objects.create(team=team, application=application, state=MemberState.JOINED, at=at)
    programmes.record_audit(locked, "team", by=by, at=at)
    return team


@transaction.atomic
def ask_to_join(team: ProgrammeTeam, application: ProgrammeApplication, *, by: User, at: datetime) -> None:
    """Ask a team for a place; an invitation is accepted by it.

    Raises:
        WrongStateError: one does not take part.
    """
    limits.take_token(kinds.TEAM_LIMIT, account=by, at=at)
    locked = programmes.lock_programme_row(team.programme)
    programmes.require_applicant(application, by=by)
    _require_part(locked, application)
    _require_place(team, application)
    _pair_request_and_invitation(team, application, MemberState.ASKED, told=team.lead, at=at)


@transaction.atomic
def invite(
    team: ProgrammeTeam,
    application: ProgrammeApplication,
    *,
    lead: ProgrammeApplication,
    by: User,
    at: datetime,
) -> None:
    """Invite a participant; a request of theirs is accepted by it.

    Raises:
        WrongStateError: one does not lead the team, or the other does not take part.
    """
    limits.take_token(kinds.TEAM_LIMIT, account=by, at=at)
    locked = programmes.lock_programme_row(team.programme)
    programmes.require_applicant(lead, by=by)
    _require_part(locked, lead)
    _require_part(locked, application)
    if team.lead_id != lead.pk:
        raise WrongStateError
    _require_place(team, application)
    _pair_request_and_invitation(team, application, MemberState.INVITED, told=application, at=at)


def _pair_request_and_invitation(
    team: ProgrammeTeam,
    application: ProgrammeApplication,
    state: MemberState,
    *,
    told: ProgrammeApplication,
    at: datetime,
) -> None:
    """Ask or invite. If the other side did so before, the person joins and other requests end."""
    row, made = team.members.get_or_create(application=application, defaults={"state": state, "at": at})
    if not made and row.state in (state, MemberState.JOINED):
        return
    kind = kinds.TEAM_ASKED if state == MemberState.ASKED else kinds.TEAM_INVITED
    if not made:
        kind, row.state, row.at = kinds.TEAM_JOINED, MemberState.JOINED, at
        row.save(update_fields=["state", "at"])
        application.team_members.exclude(pk=row.pk).delete()
    if not blocking(*(each.company or company_of(each.person) for each in (team.lead, application))):
        notify_applicant(kind, told, at=at, event=f"{team.pk}:{application.pk}")


def _require_place(team: ProgrammeTeam, application: ProgrammeApplication) -> None:
    """Refuse if the team is full or the person is in a team.

    The caller must hold the lock of the programme.
    """
    if application.team_members.filter(state=MemberState.JOINED).exists():
        raise RefusedError(IN_A_TEAM)
    inside = team.members.filter(
        state=MemberState.JOINED, application__state=ProgrammeApplicationState.ACCEPTED
    )
    if inside.count() >= team.place_count:
        raise RefusedError(_("This team is full."))


@transaction.atomic
def leave_team(team: ProgrammeTeam, application: ProgrammeApplication, *, by: User, at: datetime) -> None:
    """Leave a team, withdraw a request, or decline an invitation."""
    programmes.lock_programme_row(team.programme)
    programmes.require_applicant(application, by=by)
    team.members.filter(application=application).delete()
    _settle(team)


def _settle(team: ProgrammeTeam) -> None:
    """Give a team a lead who is a member, or delete it. The caller must hold the lock of the programme."""
    joined = team.members.filter(state=MemberState.JOINED).order_by("at", "pk")
    if joined.filter(application=team.lead_id).exists():
        return
    first = joined.first()
    if first is None:
        team.delete()
        return
    team.lead_id = first.application_id
    team.save(update_fields=["lead"])


def leave_all_teams(application: ProgrammeApplication) -> None:
    """Remove someone who withdrew from all teams. The caller must hold the lock of the programme."""
    rows = ProgrammeTeamMember.objects.filter(application=application).select_related("team")
    teams = [row.team for row in rows]
    rows.delete()
    for team in teams:
        _settle(team)


@transaction.atomic
def decline(
    team: ProgrammeTeam,
    application: ProgrammeApplication,
    *,
    lead: ProgrammeApplication,
    by: User,
    at: datetime,
) -> None:
    """Decline a request or withdraw an invitation.

    Raises:
        WrongStateError: one does not lead the team.
    """
    programmes.lock_programme_row(team.programme)
    programmes.require_applicant(lead, by=by)
    if team.lead_id != lead.pk:
        raise WrongStateError
    team.members.filter(application=application).exclude(state=MemberState.JOINED).delete()


@transaction.atomic
def write_proposal(
    application: ProgrammeApplication, *, values: Mapping[str, Any], by: User, at: datetime
) -> None:
    """Name the second principal investigator. Every change needs a new signature."""
    email = values["email"].strip().lower()
    if values["institution"].casefold() == values["other_institution"].casefold() or email == by.email:
        raise RefusedError(
            _(
                "A joint proposal needs two principal investigators from two institutions. Name another "
                "person."
            )
        )
    known = ProgrammeProposal.objects.filter(application=application).first()
    if known is None or known.email != email:
        limits.take_token(kinds.PROPOSAL_LIMIT, account=by, at=at)
    fields = {**values, "email": email, "partner": None, "signed_at": None}
    proposal, _made = ProgrammeProposal.objects.update_or_create(application=application, defaults=fields)
    named = next((user for user in users_with(email) if user.is_active), None)
    ours = application.company or company_of(application.person)
    is_sent = application.state == ProgrammeApplicationState.SENT
    if named and is_sent and not blocking(ours, company_of(named)):
        path = reverse("programme_proposal", args=[application.programme.public_id, application.pk])
        undone = known.signed_at if known and known.email == email else None
        event = f"{proposal.pk}:{undone:%Y%m%d%H%M%S}" if undone else str(proposal.pk)
        notify_person(
            named, Message(kind=kinds.PROPOSAL_TO_SIGN, path=path, event=event, at=at), application.programme
        )


@transaction.atomic
def sign_proposal(proposal: ProgrammeProposal, *, version_read: str, by: User, at: datetime) -> None:
    """Sign a joint proposal as it was read.

    Raises:
        WrongStateError: applications are closed, it is signed, it says something else by now, or one reviews.
    """
    limits.take_token(kinds.APPLICATION_LIMIT, account=by, at=at)
    locked = programmes.lock_programme_row(proposal.application.programme)
    application = locked.applications.get(pk=proposal.application_id)
    stored = ProgrammeProposal.objects.select_related("application").get(pk=proposal.pk)
    is_research = locked.kind == ProgrammeKind.RESEARCH and locked.takes_applications(at)
    if not is_research or stored.version != version_read or stored.email != by.email or stored.signed_at:
        raise WrongStateError
    reviews = locked.reviewers.filter(user=by, declared_at__isnull=False)
    if application.state != ProgrammeApplicationState.SENT or reviews.exists():
        raise WrongStateError
    stored.signed_at, stored.partner = at, by
    stored.save(update_fields=["signed_at", "partner"])
    programmes.record_audit(locked, "signed", by=by, at=at)
    path = reverse("programme_applications", args=[locked.public_id])
    notify_organiser(kinds.APPLIED, locked, at=at, event=str(application.pk), path=path)
    application.programme = locked
    notify_applicant(kinds.RECEIVED, application, at=at)


def forget_person(user: User) -> None:
    delete_card(user)
    condition = Q(partner=user) | Q(to__in=addresses_of(user))
    ProgrammeProposal.objects.alias(to=Lower("email")).filter(condition).update(
        partner=None, signed_at=None, email=""
    )
