"""Results: the host writes them down, who had a seat confirms them, and both profiles show them."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from matchmaker.choices import Side
from matchmaker.introductions.selectors import open_between
from matchmaker.models.introduction_table import IntroductionState
from matchmaker.models.pilot import Pilot, PilotApplication
from matchmaker.models.pilot_table import ApplicationState, PilotAct, PilotState
from matchmaker.pilots.kinds import PILOT_CONFIRMED, PILOT_LIMIT, PILOT_RESULTS
from matchmaker.pilots.selectors.pilot import may_grow, pair_in
from matchmaker.pilots.services.moves import lock_pilot, move, note_pilot, page_of
from matchmaker.transitions import WrongSideError, WrongStateError
from profiles.accounts.services.accounts import notify_team
from profiles.changes.services import lock_profiles
from profiles.limits import services as limits
from profiles.models import Deal, User
from profiles.notifications.services import Message


class NoTalksError(Exception):
    """Host and participant have no introduction that both agreed to."""


@transaction.atomic
def finish_pilot(
    pilot: Pilot, *, reached: Mapping[int, bool], outcome: str, side: Side, by: User, at: datetime
) -> None:
    """End a pilot with its results: `reached` of every aim by its position, and a sentence.

    Raises:
        WrongStateError: it does not run. LimitReachedError: too often in a short time.
    """
    limits.take_token(PILOT_LIMIT, account=by, company=pilot.company, at=at)
    seated = list(_seated(pilot))
    lock_profiles(pilot.company, *(each.company for each in seated))
    held = lock_pilot(pilot)
    move(held, PilotAct.FINISH, side=side, by=by, at=at, ended_at=at, outcome=outcome)
    for aim in held.aims.all():
        aim.is_reached = reached[aim.position]
        aim.save(update_fields=["is_reached"])
    path = page_of(held)
    for each in seated:
        notify_team(each.company, Message(kind=PILOT_RESULTS, path=path, event=str(each.pk), at=at))


@transaction.atomic
def confirm_results(application: PilotApplication, *, side: Side, by: User, at: datetime) -> None:
    """Stand by the results as the host wrote them; confirming twice is confirming once.

    Raises:
        WrongSideError: it is another company's. WrongStateError: no results yet, or no seat.
    """
    if side != application.side:
        raise WrongSideError
    lock_profiles(application.pilot.company, application.company)
    held = lock_pilot(application.pilot)
    mine = PilotApplication.objects.filter(pk=application.pk, state=ApplicationState.ACCEPTED)
    if held.state != PilotState.FINISHED or not mine.exists():
        raise WrongStateError
    if mine.filter(confirmed_at__isnull=True).update(confirmed_at=at):
        note_pilot(held, "confirm", by=by, at=at)
        event = str(application.pk)
        message = Message(kind=PILOT_CONFIRMED, path=page_of(held), event=event, at=at)
        notify_team(held.company, message)


@transaction.atomic
def name_origin(application: PilotApplication, *, by: User, at: datetime) -> None:
    """Say that the introduction of host and participant, open and mutual, grew out of this pilot.

    Raises:
        NoTalksError: there is none. WrongStateError: this company has no seat.
    """
    startup, investor = pair_in(application)
    lock_profiles(startup, investor)
    held = lock_pilot(application.pilot)
    application.refresh_from_db()
    if application.state != ApplicationState.ACCEPTED:
        raise WrongStateError
    introduction = open_between(startup, investor)
    if introduction is None or introduction.state != IntroductionState.MUTUAL:
        raise NoTalksError
    if application.introduction_id == introduction.pk:
        return
    PilotApplication.objects.filter(introduction=introduction).update(introduction=None)
    application.introduction = introduction
    application.save(update_fields=["introduction"])
    note_pilot(held, "origin", by=by, at=at)


@transaction.atomic
def name_deal(application: PilotApplication, *, deal: Deal, by: User, at: datetime) -> None:
    """Say that a deal of the partner with the startup grew out of this pilot.

    Raises:
        WrongStateError: this company has no seat, or the deal is another pair's or older than the pilot.
    """
    startup, investor = pair_in(application)
    lock_profiles(startup, investor)
    held = lock_pilot(application.pilot)
    mine = PilotApplication.objects.filter(pk=application.pk, state=ApplicationState.ACCEPTED)
    stored = mine.select_related("pilot").first()
    if stored is None or deal.investor_id != investor.pk or not may_grow(deal, stored, startup):
        raise WrongStateError
    if stored.deal_id != deal.pk:
        mine.update(deal=deal)
        note_pilot(held, "deal", by=by, at=at)


def _seated(pilot: Pilot) -> list[PilotApplication]:
    rows = pilot.applications.filter(state=ApplicationState.ACCEPTED)
    return list(rows.select_related("startup", "investor"))
