"""The host of a company's website, and public mail and page hosts."""

import re
from collections.abc import Collection
from functools import cache
from urllib.parse import urlsplit

from profiles.catalogue.taxonomy.selectors.tables import DATA
from profiles.choices import InvestorKind
from profiles.models import Investor, Startup

HAS_MANY = (InvestorKind.UNIVERSITY, InvestorKind.INCUBATOR, InvestorKind.ACCELERATOR)
# Of a university, a school, an incubator, by the end or a word of its name; one too many asks a curator.
OF_MANY = re.compile(
    r"(^|\.)(edu|ac)(\.[a-z]{2})?$|(^|[.-])uni-|univers|college|academ|institut|incubat|accelerat"
)

FEWEST_PARTS = 2  # of a domain


@cache
def public_hosts(name: str = "public_hosts") -> frozenset[str]:
    return frozenset((DATA / f"{name}.txt").read_text(encoding="ascii").splitlines()[1:])


def with_parents(host: str) -> Collection[str]:
    parts = host.split(".")
    return [".".join(parts[at:]) for at in range(len(parts))]


def host_of(company: Startup | Investor) -> str:
    host = (urlsplit(company.website).hostname or "").lower().removeprefix("www.")
    parts = host.split(".")
    if len(parts) < FEWEST_PARTS or parts[-1].isdigit():  # a machine's own name, or a number
        return ""
    return host if public_hosts().isdisjoint(with_parents(host)) else ""


def own_host_of(company: Startup | Investor) -> str:
    host, site = host_of(company), urlsplit(company.website)
    is_page = bool(site.path.strip("/") or site.query or site.fragment)
    has_many = bool(OF_MANY.search(host)) or getattr(company, "kind", "") in HAS_MANY
    is_incubator = not public_hosts("incubator_hosts").isdisjoint(with_parents(host))
    return "" if is_page or has_many or is_incubator else host
