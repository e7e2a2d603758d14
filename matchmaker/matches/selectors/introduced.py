"""The introduction of a pair, as one of its sides may know it.

A request that waits in the queue is its asker's.
"""

from django.db.models import Q, QuerySet

from matchmaker.choices import PinKind, Side
from matchmaker.matches.selectors.pair import Pair
from matchmaker.models import Introduction, Pin
from matchmaker.models.introduction_table import OPEN
from profiles.models import Investor, Startup


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


def may_act_on(startup: Startup, investor: Investor) -> bool:
    """Return whether the two may still act on each other, by what their rows say now.

    Both are published and no curator keeps them apart. Where one is off the lists for want of a confirmation,
    an open introduction goes on.
    """
    hidden = Pin.objects.filter(
        startup=startup, investor=investor, kind=PinKind.HIDE, released_at__isnull=True
    )
    if not (startup.takes_part and investor.takes_part) or hidden.exists():
        return False
    if startup.is_published and investor.is_published:
        return True
    return Introduction.objects.filter(startup=startup, investor=investor, state__in=OPEN).exists()
