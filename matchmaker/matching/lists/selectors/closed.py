"""Whether a company may begin something new with another, and the message if not.

Lists, match pages, requests, pilots and digests use it.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import CharField, F, QuerySet, Value
from django.utils import timezone

from matchmaker.choices import Side
from matchmaker.models.conversation import CompanyBlock
from matchmaker.models.pair_action import Pass
from matchmaker.transitions import BlockedError, PausedError
from profiles.models import SIDES


class Refusal(models.TextChoices):
    """Why a company can begin nothing with another, as its own people read it.

    A block or pass of the other side reads like a pause.
    """

    BLOCKED = "blocked", BlockedError.message
    CLOSED = "closed", PausedError.message


def closed_to(
    side: Side, pk: int, counterparts: Collection[int], *, at: datetime | None = None
) -> dict[int, Refusal]:
    """Return the closed counterparts and the refusal of each. One query."""
    owner, other = {f"{side}_id": pk}, f"{side.other}_id"
    paused = SIDES[side.other]._default_manager.filter(pk__in=counterparts, paused_at__isnull=False)
    blocks = CompanyBlock.objects.filter(**owner, **{f"{other}__in": counterparts})
    passes = Pass.objects.in_effect(at=at or timezone.now()).filter(**owner, side=side.other)
    found = _refusals(paused, "pk", Refusal.CLOSED).union(
        _refusals(blocks.filter(side=side), other, Refusal.BLOCKED),
        _refusals(blocks.filter(side=side.other), other, Refusal.CLOSED),
        _refusals(passes.filter(**{f"{other}__in": counterparts}), other, Refusal.CLOSED),
    )
    # The own block is what the own people read, whatever else there is: "blocked" comes before "closed".
    closed = sorted(found, key=lambda row: row[1], reverse=True)
    return {key: Refusal(refusal) for key, refusal in closed}


def refusal_of(side: Side, pk: int, counterpart: int, *, at: datetime | None = None) -> Refusal | None:
    return closed_to(side, pk, {counterpart}, at=at).get(counterpart)


def _refusals(rows: QuerySet[Any], key: str, refusal: Refusal) -> QuerySet[Any, tuple[int, str]]:
    return rows.order_by().values_list(F(key), Value(str(refusal.value), CharField()))
