"""Where a pair stands on a list: the number it is sorted by, and a sentence where that is not its score."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from matchmaker.ranking.selectors.stored_lists import ListEntry, round_tenths


@dataclass(frozen=True)
class ListPosition:
    """`number`, of 100, is the score less the points that the counterpart's demand takes off."""

    number: int
    score: int
    points: int
    why: str = ""


def list_position(score_tenths: int, handicap_tenths: int, entry: ListEntry | None) -> ListPosition:
    """Return the position of a pair by its score and handicap, in tenths; `entry` where it is on the list.

    The points are the difference of the two numbers as shown, so that a reader can subtract.
    """
    taken = 0 if entry and entry.is_boosted else handicap_tenths
    score, number = round_tenths(score_tenths), round_tenths(score_tenths - taken)
    return ListPosition(number, score, score - number, _why(score, score - number, entry))


def _why(score: int, points: int, entry: ListEntry | None) -> str:
    """Return the one sentence that explains the order here; empty where the score does."""
    if entry and entry.is_boosted:
        return _("A curator put this pair first on both lists.")
    if entry and entry.is_so_that_seen:
        return _("Nobody else’s first 20 had a place for it, so it has one here.")
    if not points:
        return ""
    sentence = ngettext(
        "It is shown or asked for far more than it can answer, so it stands %(points)d point below its "
        "score, %(score)d.",
        "It is shown or asked for far more than it can answer, so it stands %(points)d points below its "
        "score, %(score)d.",
        points,
    )
    return sentence % {"points": points, "score": score}
