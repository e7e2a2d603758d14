"""Where two companies stand with each other, as this capability asks it: the one place that knows how."""

from matchmaker.choices import Side
from matchmaker.matches.selectors.pair import Pair
from matchmaker.models import Interest

Keys = tuple[int, int]  # of a startup and an investor


def is_mutual(pair: Pair) -> bool:
    """Tell whether both sides said yes: only then does each read what the other wrote."""
    return pair.counterpart.pk in pair.member.relations.mutual


def open_talks(most: int) -> dict[Keys, bool]:
    """Return the newest pairs of which one side said yes, and whether both did. One query."""
    said = list(
        Interest.objects.order_by("-at", "pk").values_list("startup_id", "investor_id", "side")[:most]
    )
    return {
        (startup, investor): (startup, investor, Side(side).other) in said for startup, investor, side in said
    }
