"""What a person asks of the list of matches."""

from collections.abc import Mapping
from dataclasses import dataclass, field

BEST, MINE, THEIRS, NEWEST, NAME = "best", "mine", "theirs", "newest", "name"

SORTS = (BEST, MINE, THEIRS, NEWEST, NAME)


PLAIN_SORTS = (NAME, NEWEST)


@dataclass(frozen=True)
class SearchQuery:
    """What the person asks of the list, as codes; unknown ones are ignored."""

    codes: Mapping[str, str] = field(default_factory=dict)
    sort: str = BEST
    is_plain: bool = False
    with_weaker: bool = False
    thesis: str = ""
    page: str = "1"
