"""A disk that is full."""

import resource
from contextlib import contextmanager


@contextmanager
def room_for(size):
    """Let this process write no file that is longer, as if the disk ended there."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
