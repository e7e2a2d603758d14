"""What a team notes about a deal is private: no one is notified, and the audit log does not record it."""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from django.db import transaction
from django.urls import reverse

from matchmaker.choices import Side
from matchmaker.deals.introductions.kinds import SHORTLIST_LIMIT
from matchmaker.deals.pipeline.kinds import OWN_STEP_DUE
from matchmaker.matching.current_company.selectors import counterparts, current_company
from matchmaker.matching.pairs import services as pairs
from matchmaker.models.pair_action import ShortlistEntry
from profiles.models import Investor, Startup, User
from profiles.people.accounts.selectors import members_of
from profiles.people.accounts.time_zones import zone_of
from profiles.platform.changes.services import lock_profiles
from profiles.platform.notifications.services import Message, notify

MORNING = time(8)  # where who noted the step is
BATCH = 100


@transaction.atomic
def write_notes(
    startup: Startup, investor: Investor, *, side: Side, values: Mapping[str, Any], by: User, at: datetime
) -> ShortlistEntry:
    """Store what the team of one side notes. A company that is not on the shortlist does not get on it.

    Raises:
        LimitReachedError, NotOpenError: see matchmaker.matching.pairs.services.begin_act.
    """
    pairs.begin_act(SHORTLIST_LIMIT, startup, investor, side=side, by=by, at=at)
    company: Startup | Investor = startup if side is Side.STARTUP else investor
    first = {"by": by, "at": at, "is_listed": False}
    entry, _made = ShortlistEntry.objects.get_or_create(
        side=side, startup=startup, investor=investor, defaults=first
    )
    colleague = values["in_charge"]
    entry.in_charge = members_of(company).filter(pk=colleague.pk).first() if colleague else None
    if entry.due_on != values["due_on"]:
        entry.due_on = values["due_on"]
        entry.remind_at = _morning_of(entry.due_on, by, company, after=at)
    entry.next_step, entry.note, entry.rating = values["next_step"], values["note"], values["rating"]
    entry.save()
    if not (entry.is_listed or entry.has_notes):
        entry.delete()
    return entry


def _morning_of(
    due_on: date | None, by: User, company: Startup | Investor, *, after: datetime
) -> datetime | None:
    if due_on is None:
        return None
    morning = datetime.combine(due_on, MORNING, tzinfo=zone_of(by, company))
    return morning if morning > after else None


def remind_due(*, at: datetime) -> int:
    """Remind teams of the next steps that are due today; return of how many."""
    due = ShortlistEntry.objects.filter(remind_at__lte=at).order_by("remind_at", "pk")
    return sum(_remind(pk, at=at) for pk in list(due.values_list("pk", flat=True)[:BATCH]))


@transaction.atomic
def _remind(pk: int, *, at: datetime) -> bool:
    """Remind who is in charge, or else the team, while they can see the other company."""
    entry = ShortlistEntry.objects.select_related("startup", "investor").filter(pk=pk).first()
    if entry is None:
        return False
    lock_profiles(entry.startup, entry.investor)
    if not ShortlistEntry.objects.filter(pk=pk, remind_at__lte=at).update(remind_at=None):
        return False
    entry.refresh_from_db(fields=["in_charge", "due_on"])
    company: Startup | Investor = entry.startup
    other: Startup | Investor = entry.investor
    if entry.side == Side.INVESTOR:
        company, other = other, company
    team = members_of(company)
    path = reverse("pipeline_notes", args=[other.public_id])
    message = Message(kind=OWN_STEP_DUE, path=path, event=f"{pk}:{entry.due_on}", at=at)
    for membership in team.filter(pk=entry.in_charge_id) if entry.in_charge_id else team:
        member = current_company(membership.user)
        if member and counterparts(member).filter(pk=other.pk).exists():
            notify(membership.user, message)
    return True
