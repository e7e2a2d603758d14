"""Which companies take nothing new from another, whatever the cause."""

from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from matchmaker.choices import Side
from matchmaker.models.conversation import CompanyBlock
from matchmaker.models.pair_action import Pass
from profiles.models import SIDES


def closed_to(side: Side, pk: int, counterparts: Collection[int]) -> set[int]:
    """Return those that take nothing new from a company now: for a pause, a block, or their own pass.

    Lists leave out all three alike, so that leaving a list does not tell a pass. One query.
    """
    own, other = {f"{side}_id": pk}, f"{side.other}_id"
    paused = SIDES[side.other]._default_manager.filter(pk__in=counterparts, paused_at__isnull=False)
    found: QuerySet[Any, tuple[int]] = paused.order_by().values_list("pk")
    blocks = CompanyBlock.objects.filter(**own).order_by().values_list(other)
    passes = Pass.objects.in_effect(at=timezone.now()).filter(**own, side=side.other)
    return {key for (key,) in found.union(blocks, passes.order_by().values_list(other))}
