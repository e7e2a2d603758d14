"""Who looks at the pages of the matches, and what the company has said so far."""

from dataclasses import dataclass, replace

from django.utils import timezone

from matchmaker.choices import Side
from matchmaker.matches.selectors.relations import Relations, relations_of
from matchmaker.ranking.selectors.stored_lists import ListEntry, StoredRanking, in_order, stored_ranking
from matchmaker.ranking.selectors.thesis_lists import ThesisList, lists_of_theses, taking_turns
from profiles.accounts.selectors import membership_of
from profiles.models import Investor, Startup, User
from profiles.visibility import access


@dataclass(frozen=True)
class Member:
    """A person of a company, as the matches know it."""

    viewer: access.Viewer
    side: Side
    company: Startup | Investor
    relations: Relations

    @property
    def company_id(self) -> int:
        """The primary key of the company."""
        return self.company.pk


def member_of(user: User) -> Member | None:
    """Return the person's company and its relations; None for who has no company. Two queries."""
    membership = membership_of(user)
    if membership is None:
        return None
    company = membership.startup or membership.investor
    side = Side.STARTUP if membership.startup_id else Side.INVESTOR
    if company is None:
        return None
    relations = relations_of(side, company.pk)
    viewer = access.viewer_in(
        user,
        membership,
        mutual=relations.mutual,
        interested=relations.interested,
        introduced=relations.introduced,
    )
    return Member(viewer, side, company, relations)


@dataclass(frozen=True)
class OwnList:
    """A company's list in the order in which it reads it, and how it was made.

    `theses`: the lists of an investor's theses, where it has several; `stored.entries` has them in turns.
    """

    stored: StoredRanking
    theses: tuple[ThesisList, ...] = ()

    def entries(self, thesis: str = "") -> tuple[ListEntry, ...]:
        """Return the entries for one thesis by its key, for all where it is none of theirs."""
        chosen = (each.entries for each in self.theses if str(each.pk) == thesis)
        return next(chosen, self.stored.entries)


def asks_for_nobody(company: Startup | Investor) -> bool:
    """Return whether it is an investor none of whose theses is in use: it is on no list."""
    return isinstance(company, Investor) and not company.theses.in_use(timezone.localdate()).exists()


def list_of(side: Side, pk: int, relations: Relations) -> OwnList | None:
    """Return a company's list; None before the first ranking. One query, two where theses have lists."""
    stored = stored_ranking(side, pk)
    if stored is None:
        return None
    untouched = relations.untouched
    everybody = in_order(stored.entries, untouched)
    found = lists_of_theses(pk) if stored.has_theses else []
    if len(found) < 2:
        return OwnList(replace(stored, entries=everybody))
    theses = tuple(replace(each, entries=in_order(each.entries, untouched)) for each in found)
    return OwnList(replace(stored, entries=taking_turns(theses, everybody)), theses)


def own_list(member: Member) -> OwnList | None:
    """Return the list of a member's company."""
    return list_of(member.side, member.company_id, member.relations)
