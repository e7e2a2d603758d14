"""The company of the signed-in person: its interactions with the other side, and its stored list."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import CharField, F, Q, QuerySet, Value
from django.utils import timezone

from matchmaker.choices import PinKind, Side
from matchmaker.models import Interest, Introduction, Pass, Pin, ShortlistEntry
from matchmaker.models.introduction_table import OPEN
from matchmaker.ranking.selectors.stored_lists import ListEntry, StoredRanking, in_order, stored_ranking
from matchmaker.ranking.selectors.thesis_lists import ThesisList, lists_of_theses, taking_turns
from profiles.accounts.selectors import membership_of
from profiles.models import Investor, Startup, User
from profiles.visibility import access

Keys = frozenset[int]


@dataclass(frozen=True)
class PairInteractions:
    """What was said between a company and its counterparts, as primary keys of the counterparts.

    The other side's passes are not included. Counterparts hidden by a curator appear in `hidden` only.
    `introduced`: an introduction is open and the company knows of it.
    """

    shortlisted: Keys = frozenset()
    passed: Keys = frozenset()
    interested: Keys = frozenset()
    liked_by: Keys = frozenset()
    hidden: Keys = frozenset()
    introduced: Keys = frozenset()

    @property
    def mutual(self) -> Keys:
        """Those with whom interest is mutual."""
        return self.interested & self.liked_by

    @property
    def engaged(self) -> Keys:
        """Those whom one of the two sides has chosen: they stay on a list however they score."""
        return self.shortlisted | self.interested | self.liked_by

    @property
    def exempt_from_penalty(self) -> Keys:
        """Those whose list position no handicap lowers: with mutual interest, or on the shortlist."""
        return self.mutual | self.shortlisted

    def lists(self, entry: ListEntry) -> bool:
        """Whether an entry is listed before anybody asks for weaker ones."""
        return entry.is_worth_a_look or entry.counterpart_id in self.engaged

    def shown(self, entries: Iterable[ListEntry]) -> list[int]:
        """Return whom the list shows, in its order, before anybody asks for weaker ones."""
        gone = self.passed | self.hidden
        kept = (entry for entry in entries if entry.counterpart_id not in gone)
        return [entry.counterpart_id for entry in kept if self.lists(entry)]


@dataclass(frozen=True)
class CurrentCompany:
    """The company that the signed-in person belongs to, and what it may see."""

    viewer: access.Viewer
    side: Side
    company: Startup | Investor
    interactions: PairInteractions

    @property
    def company_id(self) -> int:
        """The primary key of the company."""
        return self.company.pk


def current_company(user: User) -> CurrentCompany | None:
    """Return the company of a person; None while there is none. Two queries."""
    membership = membership_of(user)
    company = membership.company if membership else None
    if company is None:
        return None
    found = interactions_of(company.side, company.pk)
    viewer = access.viewer_in(
        user, membership, mutual=found.mutual, interested=found.interested, introduced=found.introduced
    )
    return CurrentCompany(viewer, company.side, company, found)


def interactions_of(side: Side, pk: int) -> PairInteractions:
    """Return what was said between a company and its counterparts. One query."""
    own, other = {f"{side}_id": pk}, f"{side.other}_id"
    known = Q(asked_by=side) | Q(delivered_at__isnull=False)
    hidden_by_curator = Pin.objects.filter(**own, kind=PinKind.HIDE, released_at=None)
    rows: QuerySet[Any, tuple[str, int]] = _said(
        "shortlisted", ShortlistEntry.objects.filter(**own, side=side), other
    ).union(
        _said("passed", Pass.objects.filter(**own, side=side), other),
        _said("interested", Interest.objects.filter(**own, side=side), other),
        _said("liked_by", Interest.objects.filter(**own, side=side.other), other),
        _said("introduced", Introduction.objects.filter(known, **own, state__in=OPEN), other),
        _said("hidden", hidden_by_curator, other),
        all=True,
    )
    found: dict[str, set[int]] = {}
    for kind, counterpart in rows:
        found.setdefault(kind, set()).add(counterpart)
    hidden = frozenset(found.pop("hidden", ()))
    return PairInteractions(hidden=hidden, **{kind: frozenset(keys - hidden) for kind, keys in found.items()})


def _said(kind: str, rows: QuerySet[Any], other: str) -> QuerySet[Any, tuple[str, int]]:
    return rows.order_by().values_list(Value(kind, CharField()), F(other))


@dataclass(frozen=True)
class OwnList:
    """A company's list in the order in which it reads it, and how it was made.

    `theses`: the lists of an investor's theses, where it has several; `stored.entries` has them in turns.
    """

    stored: StoredRanking
    theses: tuple[ThesisList, ...] = ()

    @property
    def counterparts(self) -> Keys:
        """Everybody on any of the lists."""
        theses = {entry.counterpart_id for thesis in self.theses for entry in thesis.entries}
        return frozenset(theses | {entry.counterpart_id for entry in self.stored.entries})

    def entries(self, thesis: str = "") -> tuple[ListEntry, ...]:
        """Return the entries for one thesis by its key, for all where it is none of theirs."""
        chosen = (each.entries for each in self.theses if str(each.pk) == thesis)
        return next(chosen, self.stored.entries)


def own_list(current: CurrentCompany) -> OwnList | None:
    """Return the company's list; None before the first ranking. Two queries at most."""
    stored = stored_ranking(current.side, current.company_id)
    if stored is None:
        return None
    exempt = current.interactions.exempt_from_penalty
    everybody = in_order(stored.entries, exempt)
    found = lists_of_theses(current.company_id) if stored.has_theses else []
    if len(found) < 2:
        return OwnList(replace(stored, entries=everybody))
    theses = tuple(replace(each, entries=in_order(each.entries, exempt)) for each in found)
    return OwnList(replace(stored, entries=taking_turns(theses, everybody)), theses)


def has_no_active_thesis(company: Startup | Investor) -> bool:
    """Return whether it is an investor none of whose theses is in use: it is on no list."""
    return isinstance(company, Investor) and not company.theses.in_use(timezone.localdate()).exists()
