"""Pending requests of a startup, room for more at a company, and the queue before it."""

from datetime import datetime, timedelta

from django.db.models import QuerySet

from matchmaker.choices import Side
from matchmaker.models import CompanyBlock, Introduction
from matchmaker.models.introduction_table import OPEN, PENDING, IntroductionState
from profiles.models import Investor, Startup

PLACES = 5  # pending requests of a startup
MONTH = timedelta(days=30)  # over which a company's capacity is counted
AGAIN = timedelta(days=60)  # after a request that came to nothing, before the next to the same partner


def introductions_of(side: Side, company_pk: int) -> "QuerySet[Introduction]":
    """Return a company's introductions, newest first."""
    return Introduction.objects.filter(**{f"{side}_id": company_pk}).order_by("-asked_at", "-pk")


def open_between(startup: Startup, investor: Investor) -> Introduction | None:
    """Return the pair's open introduction; there is one at most."""
    pair = Introduction.objects.filter(startup=startup, investor=investor, state__in=OPEN)
    return pair.select_related("startup", "investor", "by").first()


def places_taken(startup: Startup) -> int:
    """Return how many of the startup's places are taken: by requests that nobody has answered yet."""
    mine = introductions_of(Side.STARTUP, startup.pk)
    return mine.filter(asked_by=Side.STARTUP, state__in=PENDING).count()


def room_of(side: Side, company: Startup | Investor, *, at: datetime) -> int:
    """Return how many more requests may reach a company now; those that wait before count as arrived."""
    to_us = introductions_of(side, company.pk).filter(asked_by=side.other)
    reached = to_us.filter(delivered_at__gt=at - MONTH).count()
    return company.capacity - reached - to_us.filter(state=IntroductionState.QUEUED).count()


def queue_place(introduction: Introduction) -> int:
    """Return the place of a queued request in its queue, from 1."""
    side = introduction.asked_side
    queue = introductions_of(side, getattr(introduction, f"{side}_id")).filter(
        asked_by=side.other, state=IntroductionState.QUEUED
    )
    before = queue.filter(asked_at__lt=introduction.asked_at)
    same = queue.filter(asked_at=introduction.asked_at, pk__lt=introduction.pk)
    return (before | same).count() + 1


def blocked_by(startup: Startup, investor: Investor) -> set[Side]:
    """Return the sides that want nothing more from the other."""
    blocks = CompanyBlock.objects.filter(startup=startup, investor=investor)
    return {Side(side) for side in blocks.values_list("side", flat=True)}


def asked_lately(startup: Startup, investor: Investor, *, side: Side, at: datetime) -> bool:
    """Return whether this side's last request to the other came to nothing a short while ago."""
    over = (IntroductionState.DECLINED, IntroductionState.EXPIRED, IntroductionState.CLOSED)
    pair = Introduction.objects.filter(startup=startup, investor=investor)
    return pair.filter(asked_by=side, state__in=over, ended_at__gt=at - AGAIN).exists()
