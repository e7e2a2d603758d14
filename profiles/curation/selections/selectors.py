"""What a filter finds on which a curator may act at once, and what came of a selection."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from profiles.catalogue.taxonomy.selectors.terms import all_terms
from profiles.choices import SelectedOutcome, SelectionAct, SelectionState
from profiles.companies.claims.selectors import found_unclaimed
from profiles.companies.claims.selectors import part_in as unclaimed_part
from profiles.curation.reviews.selectors.queues import QUEUES, waiting
from profiles.curation.reviews.selectors.queues import part_in as queue_part
from profiles.models import SIDES, Review, SelectedCompany, Selection, User
from profiles.models.leased_row import LeasedRows

WORKING = (SelectionState.WORKING, SelectionState.UNDOING)
MOST_NAMES = 10
Key = tuple[str, int]  # the side of a company, and its number
Words = Mapping[str, str]


@dataclass(frozen=True)
class Found:
    """What a filter finds. `address`: the list of it."""

    filters: dict[str, str]
    keys: list[Key]
    address: str

    @property
    def names(self) -> list[str]:
        pks = {side: [pk for each, pk in self.keys[:MOST_NAMES] if each == side] for side in SIDES}
        named = {
            (str(side), company.pk): company.name
            for side, model in SIDES.items()
            for company in model._default_manager.filter(pk__in=pks[side] or [0])
        }
        return [named[key] for key in self.keys[:MOST_NAMES] if key in named]


def _waiting(words: Words, me: User, _at: datetime) -> Found | None:
    part = queue_part(words, me)
    if not QUEUES[part.queue].is_decided:
        return None
    keys = [(row["of_side"], row["pk"]) for row in waiting(part)]
    filters = {"queue": part.queue, "side": part.side, "who": part.who}
    return Found(filters, keys, reverse("reviews") + part.suffix)


def _unclaimed(words: Words, _me: User, at: datetime) -> Found | None:
    terms = all_terms()
    part = unclaimed_part(words, terms)
    pks = found_unclaimed(part, at=at, terms=terms).values_list("pk", flat=True)
    filters = {name: getattr(part, name) for name in ("side", "q", "sector", "place", "invited")}
    return Found(filters, [(part.side, pk) for pk in pks], f"{reverse('unclaimed')}?{part.query}")


FINDERS: dict[str, Callable[[Words, User, datetime], Found | None]] = {
    SelectionAct.APPROVE: _waiting,
    SelectionAct.INVITE: _unclaimed,
}


def found(act: str, words: Words, *, me: User, at: datetime) -> Found | None:
    """Return what a filter finds; None where curators do not act on its results."""
    return FINDERS[act](words, me, at)


def due(at: datetime) -> LeasedRows:
    return Selection.objects.free(at=at).filter(state__in=WORKING).order_by("at", "pk")


def selections() -> "QuerySet[Selection]":
    return Selection.objects.select_related("by")


def open_rows(selection: Selection) -> "QuerySet[SelectedCompany]":
    is_undone = selection.state == SelectionState.UNDOING
    outcome = SelectedOutcome.DONE if is_undone else SelectedOutcome.WAITING
    rows = selection.rows.filter(outcome=outcome).select_related("startup", "investor", "review")
    return rows.filter(reason="") if is_undone else rows


def left_rows(selection: Selection) -> "QuerySet[SelectedCompany]":
    """Return the companies of which the selection says why nothing was done, or was not undone."""
    return selection.rows.exclude(reason="").select_related("startup", "investor")


def counts_of(selection: Selection) -> list[tuple[str | Promise, int]]:
    done = _("Invited") if selection.act == SelectionAct.INVITE else _("Approved")
    outcomes: list[tuple[str | Promise, SelectedOutcome]] = [
        (done, SelectedOutcome.DONE),
        (SelectedOutcome.LEFT.label, SelectedOutcome.LEFT),
        (SelectedOutcome.UNDONE.label, SelectedOutcome.UNDONE),
    ]
    counts = [(label, selection.rows.filter(outcome=outcome).count()) for label, outcome in outcomes]
    return counts if counts[-1][1] else counts[:-1]


def may_undo(selection: Selection, by: User, *, at: datetime) -> bool:
    """Tell whether something of a selection can be undone: by the curator who made it."""
    if selection.state != SelectionState.DONE or selection.by_id != by.pk:
        return False
    rows = selection.rows.filter(outcome=SelectedOutcome.DONE, reason="")
    if selection.act == SelectionAct.APPROVE:
        rows = rows.filter(Exists(Review.objects.filter(pk=OuterRef("review"), tell_at__gt=at)))
    return rows.exists()
