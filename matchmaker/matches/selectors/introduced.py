"""The introduction of a pair, as one of its sides may know it.

A request that waits in the queue is its asker's.
"""

from django.db.models import Q, QuerySet

from matchmaker.choices import Side
from matchmaker.matches.selectors.pair import Pair
from matchmaker.models import Introduction
from matchmaker.models.introduction_table import OPEN


def known_to(side: Side) -> Q:
    """Return which introductions of its own a side knows of: what it asked, and what has reached it."""
    return Q(asked_by=side) | Q(delivered_at__isnull=False)


def introductions_between(pair: Pair) -> "QuerySet[Introduction]":
    """Return the pair's introductions that the member's side knows of, newest first."""
    both = Introduction.objects.filter(startup=pair.startup, investor=pair.investor)
    return both.filter(known_to(pair.member.side)).order_by("-asked_at", "-pk")


def open_introduction(pair: Pair) -> Introduction | None:
    """Return the pair's open introduction, if the member's side knows of one. One query."""
    return introductions_between(pair).filter(state__in=OPEN).first()
