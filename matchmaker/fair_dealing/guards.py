"""Whether a pair is still there when something is written about it."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.http import Http404

from matchmaker.fair_dealing.services.pairs_at_hand import PairGoneError


@contextmanager
def pair_at_hand() -> Iterator[None]:
    """Answer as for a pair that does not exist when it was closed a moment ago."""
    try:
        yield
    except PairGoneError as error:
        raise Http404 from error
