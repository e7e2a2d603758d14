"""The company of the person who reads, its interactions, and the counterparts that exist for it."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import CharField, Model, Q, QuerySet, Value
from django.utils import timezone
from django.utils.translation import gettext_lazy

from matchmaker.choices import OverrideKind, Side
from matchmaker.matching.ranking.selectors.stored_lists import ListEntry
from matchmaker.matching.reasons.facts import known_deals
from matchmaker.models.conversation import CompanyBlock
from matchmaker.models.introduction import OPEN, Introduction
from matchmaker.models.pair_action import PASS_DELAY, CuratorOverride, Interest, Pass, ShortlistEntry
from profiles.catalogue.visibility import access
from profiles.models import Deal, Investor, Startup, User
from profiles.platform.memberships import membership_of

Keys = frozenset[int]
InteractionRows = QuerySet[Any, tuple[str, str, int]]  # kind, side of the author, key of the counterpart


@dataclass(frozen=True)
class PairInteractions:
    """Interactions of a company with its counterparts, as their primary keys.

    Passes of the other side are not included. `introduced`: an open introduction that the company knows of.
    """

    shortlisted: Keys = frozenset()
    passed: Keys = frozenset()
    interested: Keys = frozenset()
    liked_by: Keys = frozenset()
    hidden: Keys = frozenset()
    introduced: Keys = frozenset()
    blocked: Keys = frozenset()  # by this company
    closed_by: Keys = frozenset()  # they have blocked this company, or passed on it
    dealt: Keys = frozenset()  # a deal between the two is on record, and the company may know of it

    @property
    def mutual(self) -> Keys:
        return self.interested & self.liked_by

    @cached_property
    def engaged(self) -> Keys:
        return self.shortlisted | self.interested | self.liked_by

    @property
    def exempt_from_penalty(self) -> Keys:
        return self.mutual | self.shortlisted

    def recommends(self, entry: ListEntry) -> bool:
        return entry.is_recommended or entry.counterpart_id in self.engaged

    def split_by_recommendation(
        self, entries: Iterable[ListEntry]
    ) -> tuple[list[ListEntry], list[ListEntry]]:
        """Return who is recommended and who is less likely, both in their order."""
        recommended: list[ListEntry] = []
        less_likely: list[ListEntry] = []
        for entry in entries:
            if self.recommends(entry):
                recommended.append(entry)
            else:
                less_likely.append(entry)
        return recommended, less_likely

    def left(self, entries: Iterable[ListEntry]) -> tuple[list[ListEntry], list[ListEntry]]:
        """Return the same of who is left after passes, in the order of the list."""
        gone = self.passed | self.hidden
        return self.split_by_recommendation(entry for entry in entries if entry.counterpart_id not in gone)

    def shown(self, entries: Iterable[ListEntry]) -> list[int]:
        recommended, _less_likely = self.left(entries)
        return [entry.counterpart_id for entry in recommended]


@dataclass(frozen=True)
class CurrentCompany:
    viewer: access.Viewer
    side: Side
    company: Startup | Investor
    interactions: PairInteractions

    @property
    def company_id(self) -> int:
        return self.company.pk


def current_company(user: User) -> CurrentCompany | None:
    """Return the company of a person; None while there is none. Two queries."""
    membership = membership_of(user)
    if membership is None or membership.company is None:
        return None
    company = membership.company
    interactions = interactions_of(company.side, company.pk)
    viewer = access.viewer_in(
        user,
        membership,
        mutual=interactions.mutual,
        interested=interactions.interested,
        introduced=interactions.introduced,
    )
    return CurrentCompany(viewer, company.side, company, interactions)


def interactions_of(side: Side, pk: int) -> PairInteractions:
    """Return the other companies by what passed between them and this one, as far as it may know that.

    Those that a curator hides from it are in `hidden` alone.
    """
    company = {f"{side}_id": pk}
    passes, *others = INTERACTIONS[side]
    passes_known = passes.filter(Q(side=side) | Q(at__lte=timezone.now() - PASS_DELAY), **company)
    rows = passes_known.union(*(other.filter(**company) for other in others), all=True)
    keys_by_name: dict[str, set[int]] = {}
    for kind, author, counterpart in rows:
        name = _name_of(kind, is_by_company=author in ("", side))
        keys_by_name.setdefault(name, set()).add(counterpart)
    hidden = frozenset(keys_by_name.pop("hidden", ()))
    visible = {name: frozenset(keys - hidden) for name, keys in keys_by_name.items()}
    return PairInteractions(hidden=hidden, **visible)


def _name_of(kind: str, *, is_by_company: bool) -> str:
    """Return the field of `PairInteractions` for a row of this kind."""
    if kind == "interest":
        return "interested" if is_by_company else "liked_by"
    if kind == "pass":
        return "passed" if is_by_company else "closed_by"
    if kind == "block":
        return "blocked" if is_by_company else "closed_by"
    return kind


def _rows(side: Side, kind: str, model: type[Model], author: str = "") -> InteractionRows:
    """Return the interactions of one kind, as a company of this side reads them.

    `author` is the column with the side of the author, where either side can be it.
    """
    column: Any = author or Value("", CharField())
    rows = model._default_manager.order_by()
    return rows.values_list(Value(kind, CharField()), column, f"{side.other}_id")


def _rows_of_every_kind(side: Side) -> tuple[InteractionRows, ...]:
    has_reached = Q(asked_by=side) | Q(delivered_at__isnull=False)
    return (
        _rows(side, "pass", Pass, "side"),  # which the other side learns of later
        _rows(side, "interest", Interest, "side"),
        _rows(side, "block", CompanyBlock, "side"),
        _rows(side, "shortlisted", ShortlistEntry).filter(side=side, is_listed=True),
        _rows(side, "introduced", Introduction).filter(has_reached, state__in=OPEN),
        _rows(side, "hidden", CuratorOverride).filter(kind=OverrideKind.HIDE, released_at=None),
        _rows(side, "dealt", Deal).filter(known_deals(side)),
    )


# They are built once, because building such a query takes longer than its answer.
INTERACTIONS = {side: _rows_of_every_kind(side) for side in Side}


def counterparts(current: CurrentCompany) -> QuerySet[Any]:
    """Return the profiles across the table that exist for this company: not those that a curator hides."""
    profiles = all_counterparts(current)
    hidden = current.interactions.hidden
    if not hidden:
        return profiles
    return profiles.exclude(pk__in=hidden)


def hidden_counterparts(current: CurrentCompany) -> QuerySet[Any]:
    return all_counterparts(current).filter(pk__in=current.interactions.hidden)


def all_counterparts(current: CurrentCompany) -> QuerySet[Any]:
    company = current.company
    profiles: QuerySet[Any]
    if current.side == Side.INVESTOR:
        profiles = access.startups_for(current.viewer)
    else:
        profiles = access.investors_for(current.viewer)
    if not company.takes_part:
        return profiles.none()
    if not company.is_published:
        return profiles.filter(pk__in=current.interactions.introduced)
    return profiles


def listed_counterparts(current: CurrentCompany) -> QuerySet[Any]:
    return counterparts(current).filter(stale_at__isnull=True, leaves_at__isnull=True)


STATES = (
    ("blocked", gettext_lazy("You have blocked them")),
    ("passed", gettext_lazy("You passed")),
    ("mutual", gettext_lazy("You are both interested")),
    ("interested", gettext_lazy("You are interested")),
    ("liked_by", gettext_lazy("Interested in you")),
)


def state_of(pk: int, current: CurrentCompany) -> str:
    """Return the relation to the counterpart in words, the strongest first."""
    for name, label in STATES:
        if pk in getattr(current.interactions, name):
            return str(label)
    return ""
