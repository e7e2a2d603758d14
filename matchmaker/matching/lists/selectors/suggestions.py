"""What curators write to both sides of a pair that they suggest."""

from collections.abc import Collection

from django.utils import timezone

from matchmaker.choices import OverrideKind, Side
from matchmaker.matching.ranking.selectors.stored_lists import ListEntry
from matchmaker.models.pair_action import CuratorOverride


def suggestions_for(side: Side, pk: int, entries: Collection[ListEntry]) -> dict[int, str]:
    """Return the notes to a company about some of its list, by the counterpart's key."""
    raised = [entry.counterpart_id for entry in entries if entry.is_boosted]
    if not raised:
        return {}
    other = f"{side.other}_id"
    overrides = CuratorOverride.objects.filter(
        kind=OverrideKind.SUGGEST,
        released_at=None,
        expires_on__gte=timezone.localdate(),
        **{f"{side}_id": pk, f"{other}__in": raised},
    )
    return dict(overrides.order_by().values_list(other, "note"))
