"""The table of governance checks as curators keep it, and which pairs an edit would change."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from matchmaker.fair_dealing.selectors.both_sides import seen_across
from matchmaker.fair_dealing.selectors.trigger_facts import (
    Proposal,
    accepted_forms,
    pkr_per_usd,
    proposal_of,
    trigger_facts,
)
from matchmaker.models import Interest
from profiles.choices import Side
from profiles.models import Deal, GovernanceCheck, Investor, Startup
from profiles.taxonomy.triggers import KnownFacts, Trigger, applies
from profiles.visibility.access import with_related
from profiles.visibility.visible_profile import VisibleProfile

MOST_PAIRS = 200  # of each kind that a preview looks at, the newest first


@dataclass(frozen=True)
class CheckLine:
    """One check in the curators' list."""

    check: GovernanceCheck
    is_past_review: bool


@dataclass(frozen=True)
class TriedPair:
    """A pair in a form at which a preview looks: talks under way, or a deal on record."""

    name: str
    form: str
    facts: KnownFacts


@dataclass(frozen=True)
class TriggerPreview:
    """What another trigger would change: pairs that would see the check, and such that would not any more."""

    looked_at: int
    more: list[TriedPair]
    fewer: list[TriedPair]


def all_checks() -> QuerySet[GovernanceCheck]:
    """Return every check, also those that are no longer in use."""
    return GovernanceCheck.objects.all()


def check_lines(*, today: date) -> list[CheckLine]:
    """Return the table, those first that are past their review date."""
    lines = [CheckLine(check, check.is_active and check.review_by < today) for check in all_checks()]
    return sorted(lines, key=lambda line: (not line.is_past_review, line.check.code))


def trigger_preview(old: Trigger, new: Trigger) -> TriggerPreview:
    """Return what changes for pairs where one side said yes, and for deals on record. Constant queries."""
    tried = tried_pairs()
    before = [bool(applies(old, pair.facts)) for pair in tried]
    after = [bool(applies(new, pair.facts)) for pair in tried]
    more = [pair for pair, was, will in zip(tried, before, after, strict=True) if will and not was]
    fewer = [pair for pair, was, will in zip(tried, before, after, strict=True) if was and not will]
    return TriggerPreview(len(tried), more, fewer)


def tried_pairs() -> list[TriedPair]:
    """Return the pairs at which a preview looks, each with its facts."""
    deals = list(
        Deal.objects.exclude(startup=None).select_related("form").order_by("-closed_on", "pk")[:MOST_PAIRS]
    )
    talks = open_talks(MOST_PAIRS)
    keys = [*((deal.startup_id, deal.investor_id) for deal in deals), *talks]
    startups = with_related(Startup.objects.all()).in_bulk({startup for startup, _investor in keys})
    investors = with_related(Investor.objects.all()).in_bulk({investor for _startup, investor in keys})
    return [*_of_deals(deals, startups, investors), *_of_talks(talks, startups, investors)]


def open_talks(most: int) -> dict[tuple[int, int], bool]:
    """Return the newest pairs of which one side said yes, and whether both did. One query."""
    rows = Interest.objects.order_by("-at", "pk").values_list("startup_id", "investor_id", "side")
    said = list(rows[:most])
    return {
        (startup, investor): (startup, investor, Side(side).other) in said for startup, investor, side in said
    }


def _of_deals(
    deals: Iterable[Deal], startups: dict[int, Startup], investors: dict[int, Investor]
) -> Iterator[TriedPair]:
    """Give the deals on record with their own form, stake and amount."""
    rupees = pkr_per_usd()
    for deal in deals:
        startup, investor = startups[deal.startup_id or 0], investors[deal.investor_id]
        proposal = Proposal(deal.form.code if deal.form else "", deal.stake_pct, deal.amount_usd)
        seen = (
            seen_across(startup, investor, is_mutual=True),
            seen_across(investor, startup, is_mutual=True),
        )
        form = deal.form.name if deal.form else ""
        yield TriedPair(_name(*seen), form, trigger_facts(*seen, proposal, rupees=rupees))


def _of_talks(
    talks: dict[tuple[int, int], bool], startups: dict[int, Startup], investors: dict[int, Investor]
) -> Iterator[TriedPair]:
    """Give the pairs of which one side said yes, in the first form that both accept."""
    rupees = pkr_per_usd()
    for (startup_pk, investor_pk), is_mutual in talks.items():
        both = startups[startup_pk], investors[investor_pk]
        startup = seen_across(*both, is_mutual=is_mutual)
        investor = seen_across(*reversed(both), is_mutual=is_mutual)
        form = next(iter(accepted_forms(startup, investor).common), None)
        proposal = proposal_of(startup, investor, form.code if form else "")
        facts = trigger_facts(startup, investor, proposal, rupees=rupees)
        yield TriedPair(_name(startup, investor), form.name if form else "", facts)


def _name(startup: VisibleProfile, investor: VisibleProfile) -> str:
    return f"{startup.title} × {investor.title}"
