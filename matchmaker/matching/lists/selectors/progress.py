"""How far a person has come with the list: who is new, and when there will be others."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from matchmaker.matching.current_company.selectors import CurrentCompany
from matchmaker.matching.lists.selectors.own_list import OwnList
from matchmaker.matching.ranking.market import term_index
from profiles.models import User
from profiles.people.accounts.time_zones import zone_of


@dataclass(frozen=True)
class Progress:
    """`new`: public ids of recommended counterparts that the person has not opened.

    `today`: how many were opened today. `next_at`: the next ranking of all lists; None while it is due.
    """

    new: tuple[str, ...] = ()
    today: int = 0
    next_at: datetime | None = None

    def without(self, public_id: str) -> "Progress":
        if public_id not in self.new:
            return self
        left = tuple(new_id for new_id in self.new if new_id != public_id)
        return Progress(left, self.today + 1, self.next_at)


def progress_of(
    current: CurrentCompany, user: User, lists: OwnList | None, *, at: datetime
) -> Progress | None:
    """Return the progress of a person; None without recommendations. No query."""
    if not lists or not current.company.is_published:
        return None
    interactions = current.interactions
    order = interactions.shown(lists.stored.entries)
    if not order:
        return None
    chosen = interactions.shortlisted | interactions.interested
    zone = zone_of(user, current.company)
    today = timezone.localdate(at, zone)
    new = []
    opened_today = 0
    for pk in order:
        counterpart = lists.listed.get(pk)
        if counterpart is None:
            continue
        if counterpart.looked_at is None:
            if pk not in chosen:
                new.append(counterpart.public_id)
        elif timezone.localdate(counterpart.looked_at, zone) == today:
            opened_today += 1
    next_at = term_index.next_ranking_at(lists.stored.run_finished_at, at=at)
    return Progress(tuple(new), opened_today, next_at)
