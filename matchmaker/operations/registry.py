"""What becomes of the tables of operations."""

from profiles import erasure
from profiles.erasure import ABOUT_NOBODY

erasure.register({"matchmaker.Heartbeat": ABOUT_NOBODY})
