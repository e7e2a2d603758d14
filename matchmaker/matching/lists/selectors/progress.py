"""How far a person has come with the list: who is new, and when there will be others."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from matchmaker.matching.lists.selectors.cards import CurrentCompany, OwnList
from matchmaker.matching.lists.selectors.list_page import listed_counterparts
from matchmaker.matching.ranking.market import term_index
from matchmaker.models.pair_action import Look
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
    current: CurrentCompany,
    user: User,
    lists: OwnList | None,
    *,
    at: datetime,
    ids: Mapping[int, str] | None = None,
) -> Progress | None:
    """Return the progress of a person; None without recommendations. At most two queries."""
    interactions = current.interactions
    order = interactions.shown(lists.stored.entries) if lists else []
    if not lists or not order or not current.company.is_published:
        return None
    key = f"{current.side.other}_id"
    looks = dict(Look.objects.filter(user=user, **{f"{key}__in": order}).values_list(key, "at"))
    left = [
        pk for pk in order if pk not in looks and pk not in interactions.shortlisted | interactions.interested
    ]
    if ids is None:
        seen = listed_counterparts(current).filter(pk__in=left).order_by()
        ids = dict(seen.values_list("pk", "public_id"))
    zone = zone_of(user, current.company)
    days = [timezone.localdate(moment, zone) for moment in (at, *looks.values())]
    new = tuple(ids[pk] for pk in left if pk in ids)
    return Progress(
        new, days[1:].count(days[0]), term_index.next_ranking_at(lists.stored.run_finished_at, at=at)
    )
