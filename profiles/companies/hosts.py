"""The host of a company's website, and the hosts that are nobody's own."""

from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from profiles.models import Investor, Startup

PUBLIC_HOSTS = Path(__file__).resolve().parent.parent / "data" / "public_hosts.txt"

FEWEST_PARTS = 2  # of a domain


@lru_cache(maxsize=1)
def public_hosts() -> frozenset[str]:
    """Return the hosts where anybody opens a mailbox, a page or a shop."""
    return frozenset(PUBLIC_HOSTS.read_text(encoding="ascii").splitlines()[1:])


def host_of(company: Startup | Investor) -> str:
    """Return the host of the company's website; nothing where that is no domain, or everybody's."""
    host = (urlsplit(company.website).hostname or "").lower().removeprefix("www.")
    parts = host.split(".")
    if len(parts) < FEWEST_PARTS or parts[-1].isdigit():  # a machine's own name, or a number
        return ""
    return host if public_hosts().isdisjoint(".".join(parts[at:]) for at in range(len(parts))) else ""
