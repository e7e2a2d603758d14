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
        left = tuple(each for each in self.new if each != public_id)
        return self if left == self.new else Progress(left, self.today + 1, self.next_at)


def progress_of(
    current: CurrentCompany, user: User, lists: OwnList | None, *, at: datetime
) -> Progress | None:
    """Return the progress of a person; None without recommendations. No query."""
    interactions = current.interactions
    order = interactions.shown(lists.stored.entries) if lists else []
    if not lists or not order or not current.company.is_published:
        return None
    shown = [(pk, lists.listed[pk]) for pk in order if pk in lists.listed]
    known = interactions.shortlisted | interactions.interested
    new = tuple(each.public_id for pk, each in shown if not each.looked_at and pk not in known)
    zone = zone_of(user, current.company)
    days = [timezone.localdate(each, zone) for each in (at, *(look.looked_at for _pk, look in shown)) if each]
    return Progress(
        new, days[1:].count(days[0]), term_index.next_ranking_at(lists.stored.run_finished_at, at=at)
    )
