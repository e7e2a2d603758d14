"""Whether a pair is still open to be decided about."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.http import Http404

from matchmaker.introductions.services.pairs import NotOpenError


@contextmanager
def open_pair() -> Iterator[None]:
    """Answer as for a pair that does not exist when it was closed a moment ago."""
    try:
        yield
    except NotOpenError as error:
        raise Http404 from error
