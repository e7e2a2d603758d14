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

    @property
    def is_filtered(self) -> bool:
        """Whether anything is asked for but the order."""
        return bool(self.codes)

    @property
    def key(self) -> tuple[object, ...]:
        """All of it but the page, hashable."""
        codes = tuple(sorted(self.codes.items()))
        return codes, self.sort, self.is_plain, self.with_weaker, self.thesis
